package org.rft4j.core.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;

/** What is written, read, noticed and kept. */
class CheckpointFolderTest {
    /** What JSON may have between its tokens. */
    private static final String BLANKS = " \n\r\t";

    private static final byte[] CONTENT = {0, 1, 2, 3, -1, 0};

    @TempDir
    Path temporary;

    private CheckpointFolder folder;

    @BeforeEach
    void open() {
        folder = CheckpointFolder.open(temporary.resolve("a/run"));
    }

    @AfterEach
    void close() {
        folder.close();
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        ObjectNode state = node("pi", Math.PI).put("seed", Long.MIN_VALUE);
        try (CheckpointWriter writer = folder.begin(12)) {
            writer.file("optimizer.bin", out -> out.write(CONTENT));
            writer.file("empty", out -> {});
            writer.json("state.json", state);
            writer.folder("model", path -> {
                write(path.resolve("config.json"), "{}");
                write(path.resolve("deep/weights"), "w");
            });
            assertThat(folder.steps()).as("before the commit").isEmpty();
            Checkpoint committed = writer.commit(node("round", 3));
            assertThat(committed.names())
                    .containsExactly(
                            "optimizer.bin",
                            "empty",
                            "state.json",
                            "model/config.json",
                            "model/deep/weights",
                            "about.json");
        }
        reopen();
        assertThat(folder.steps()).containsExactly(12L);
        Checkpoint read = folder.newest().orElseThrow();
        assertThat(read.step()).isEqualTo(12);
        assertThat(read.about()).isEqualTo(node("round", 3));
        assertThat(read.json("state.json")).isEqualTo(state);
        assertThat(bytes(read, "optimizer.bin")).isEqualTo(CONTENT);
        assertThat(bytes(read, "empty")).isEmpty();
        assertThat(read.path("model").resolve("deep/weights")).hasContent("w");
        assertThat(read.path("")).isEqualTo(folder.run().resolve("checkpoints/step-00000012"));
        assertThatThrownBy(() -> read.open("critic.bin"))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(read.path("critic.bin") + ": file was absent, must be one of " + read.names()
                        + "; read what was written");
    }

    @Test
    void anEmptyFolderHasNoCheckpoint() {
        assertThat(folder.newest()).isEmpty();
        assertThat(folder.newestIntact()).isEmpty();
        assertThat(folder.best()).isEmpty();
        assertThat(folder.prune(1)).isEmpty();
        assertThatThrownBy(() -> folder.at(3))
                .hasMessage("checkpoint was of step 3, must be one of the steps []; take one of them");
    }

    @Test
    void whatIsNotCommittedIsNotThere() throws IOException {
        write(1);
        try (CheckpointWriter writer = folder.begin(2)) {
            writer.file("optimizer.bin", out -> out.write(CONTENT));
        }
        assertThat(folder.steps()).containsExactly(1L);
        assertThat(folder.run().resolve("checkpoints")).isDirectoryNotContaining("glob:**/.step*");
        Files.createDirectories(folder.run().resolve("checkpoints/.step-00000009.writing/model"));
        write(folder.run().resolve("checkpoints/.step-00000008.deleting/manifest.json"), "{}");
        write(folder.run().resolve("checkpoints/.notes/mine"), "text");
        reopen();
        assertThat(folder.run().resolve("checkpoints"))
                .isDirectoryNotContaining("glob:**/.step*")
                .isDirectoryContaining("glob:**/.notes");
        assertThat(folder.newest().orElseThrow().step()).isEqualTo(1);
    }

    @Test
    void oneIsWrittenAnewWithoutEverBeingAway() throws IOException {
        Path checkpoints = folder.run().resolve("checkpoints");
        assertThatThrownBy(folder::beginAgain)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("checkpoint to write anew was none, must be there; begin(step) one");
        write(1);
        try (CheckpointWriter writer = folder.beginAgain()) {
            writer.file("model.bin", out -> out.write(CONTENT));
            assertThat(folder.newest().orElseThrow().names()).containsExactly("optimizer.bin", "about.json");
            writer.commit(node("x", 2));
        }
        assertThat(folder.newest().orElseThrow().names()).containsExactly("model.bin", "about.json");
        assertThat(checkpoints).isDirectoryNotContaining("glob:**/.step*");
        Files.move(checkpoints.resolve("step-00000001"), checkpoints.resolve(".step-00000001.replaced"));
        Files.createDirectories(checkpoints.resolve(".step-00000001.writing"));
        reopen();
        assertThat(folder.newest().orElseThrow().about())
                .as("killed in between")
                .isEqualTo(node("x", 2));
        write(checkpoints.resolve(".step-00000001.replaced/manifest.json"), "{}");
        reopen();
        assertThat(folder.newest().orElseThrow().about())
                .as("killed at the end")
                .isEqualTo(node("x", 2));
        assertThat(checkpoints).isDirectoryNotContaining("glob:**/.step*");
    }

    @Test
    void everyDamageIsNamedWithTheWayOut() throws IOException {
        write(3);
        write(7);
        Path checkpoint = folder.run().resolve("checkpoints/step-00000007");
        Path file = checkpoint.resolve("optimizer.bin");
        Path manifest = checkpoint.resolve("manifest.json");
        String wayOut = "; go on from step 3, which is intact";

        changed(
                file,
                bytes -> Arrays.copyOf(bytes, 5),
                file + ": length was 5, must be 6 bytes as it was written" + wayOut);
        changed(file, bytes -> new byte[] {0, 1, 2, 3, -1, 1}, file + ": SHA-256 was ", " as it was written" + wayOut);
        changed(
                manifest,
                bytes -> text(bytes)
                        .replace("\"version\" : 1", "\"version\" : 2")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                manifest + ": version of the format was 2, must be 1 for this rft4j" + wayOut);
        changed(
                manifest,
                bytes -> text(bytes)
                        .replace("\"step\" : 7", "\"step\" : 8")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                manifest + ": step was 8, must be that of its folder, 7" + wayOut);
        changed(manifest, bytes -> Arrays.copyOf(bytes, 30), manifest + ": manifest was unreadable (", wayOut);
        Files.delete(file);
        assertThatThrownBy(folder::newest)
                .isInstanceOf(CheckpointException.class)
                .hasMessage(file + ": file was missing, must be there: the manifest lists it" + wayOut);
        Files.delete(manifest);
        assertThatThrownBy(folder::newest).hasMessageStartingWith(manifest + ": manifest was unreadable (");
        assertThat(folder.newestIntact().orElseThrow().step()).isEqualTo(3);
        Files.delete(folder.run().resolve("checkpoints/step-00000003/optimizer.bin"));
        assertThatThrownBy(folder::newest)
                .hasMessageEndingWith("; no older checkpoint is intact: begin anew, or restore a copy");
        assertThat(folder.newestIntact()).isEmpty();
    }

    /** Whatever byte of whatever file: it is noticed, or it is white space. */
    @Test
    void everyChangedByteIsNoticed() throws IOException {
        write(3);
        Path checkpoint = folder.run().resolve("checkpoints/step-00000003");
        KeyedRandom random = KeyedRandom.ofSeed(1).derive("bits");
        for (Path file : Folders.filesIn(checkpoint)) {
            byte[] before = Files.readAllBytes(file);
            for (int i = 0; i < before.length; i++) {
                byte[] after = before.clone();
                after[i] ^= (byte) (1 << (random.bits(i) & 7));
                Files.write(file, after);
                boolean blank = BLANKS.indexOf(before[i]) >= 0 && BLANKS.indexOf(after[i]) >= 0;
                assertThat(catchThrowable(folder::newest) == null)
                        .as("byte %d of %s: %d to %d", i, file.getFileName(), before[i], after[i])
                        .isEqualTo(blank && file.endsWith("manifest.json"));
            }
            Files.write(file, before);
        }
        assertThat(folder.newestIntact()).isPresent();
    }

    @Test
    void theLastAndTheBestAreKept() throws IOException {
        for (long step = 1; step <= 5; step++) {
            write(step);
        }
        folder.markBest(2);
        assertThat(folder.prune(2)).containsExactly(1L, 3L);
        assertThat(folder.steps()).containsExactly(2L, 4L, 5L);
        reopen();
        assertThat(folder.best()).hasValue(2);
        folder.markBest(5);
        assertThat(folder.prune(2)).containsExactly(2L);
        folder.discardAfter(4);
        assertThat(folder.steps()).containsExactly(4L);
        assertThat(folder.best()).as("gone with its checkpoint").isEmpty();
        write(5);
        assertThat(folder.newest().orElseThrow().step()).isEqualTo(5);
        assertThatThrownBy(() -> folder.markBest(6))
                .hasMessage("best checkpoint was of step 6, must be one of the steps [4, 5]; write it first");
        assertThatThrownBy(() -> folder.prune(0)).hasMessageContaining("number of checkpoints to keep was 0");
    }

    @Test
    void theOnlyIntactOneIsNeverPruned() throws IOException {
        for (long step = 1; step <= 4; step++) {
            write(step);
        }
        for (long step = 3; step <= 4; step++) {
            Files.delete(folder.run().resolve("checkpoints/step-0000000" + step + "/optimizer.bin"));
        }
        assertThat(folder.prune(2)).containsExactly(1L);
        assertThat(folder.newestIntact().orElseThrow().step()).isEqualTo(2);
        assertThat(folder.prune(1)).as("3, which is damaged; 2 is the only one").containsExactly(3L);
        Files.delete(folder.run().resolve("checkpoints/step-00000002/optimizer.bin"));
        assertThat(folder.prune(1)).as("nothing is intact: nothing goes").isEmpty();
        assertThat(folder.steps()).containsExactly(2L, 4L);
    }

    @Test
    void aWriterRefusesWhatCannotBe() throws IOException {
        write(4);
        assertThatThrownBy(() -> folder.begin(4))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("step of a checkpoint was 4, must be later than the newest, 4;"
                        + " discardAfter the one that the run goes on from");
        try (CheckpointWriter writer = folder.begin(5)) {
            assertThatThrownBy(() -> folder.begin(6)).hasMessageContaining("writer of a checkpoint was open, must be");
            for (String name : List.of("", "../x", "/x", "a//b", ".hidden", "a/.b", "a b", "manifest.json", "a\\b")) {
                assertThatThrownBy(() -> writer.file(name, out -> {}))
                        .hasMessageStartingWith("name in a checkpoint was '" + name + "', must be of letters");
            }
            writer.file("a", out -> {});
            assertThatThrownBy(() -> writer.file("a", out -> {}))
                    .hasMessage("name in a checkpoint was 'a' again, must be written once; choose another");
            writer.commit(node("x", 1));
            assertThatThrownBy(() -> writer.file("b", out -> {}))
                    .hasMessage("writer of a checkpoint was over, must be open; begin another one");
        }
    }

    private void changed(Path file, UnaryOperator<byte[]> how, String... message) throws IOException {
        byte[] before = Files.readAllBytes(file);
        Files.write(file, how.apply(before));
        assertThatThrownBy(folder::newest)
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(message[0])
                .hasMessageEndingWith(message[message.length - 1]);
        Files.write(file, before);
        assertThat(folder.newest()).isPresent();
    }

    private void write(long step) {
        try (CheckpointWriter writer = folder.begin(step)) {
            writer.file("optimizer.bin", out -> out.write(CONTENT));
            writer.commit(node("x", 1));
        }
    }

    private void reopen() {
        folder.close();
        folder = CheckpointFolder.open(folder.run());
    }

    private static ObjectNode node(String name, Object value) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        return value instanceof Integer whole ? node.put(name, whole) : node.put(name, (Double) value);
    }

    private static byte[] bytes(Checkpoint checkpoint, String name) throws IOException {
        try (InputStream in = checkpoint.open(name)) {
            return in.readAllBytes();
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.resolveSibling(""));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
