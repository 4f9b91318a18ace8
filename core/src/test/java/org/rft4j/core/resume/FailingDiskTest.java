package org.rft4j.core.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.InvalidInputException;

/** Disks that are full, folders that cannot be written, contents that fail: the last good checkpoint stays. */
class FailingDiskTest {
    private static final String KEPT = ", the newest checkpoint is that of step 1";

    @TempDir
    Path temporary;

    @Test
    void aFullDisk() throws IOException, InterruptedException {
        Path disk = Files.createDirectory(temporary.resolve("disk"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()))
                .as("mounting a small disk")
                .isTrue();
        try {
            Path run = disk.resolve("run");
            try (CheckpointFolder folder = CheckpointFolder.open(run)) {
                write(folder, 1, 400_000);
                assertThatThrownBy(() -> write(folder, 2, 1_000_000))
                        .isInstanceOf(EngineException.class)
                        .hasMessage("Could not write " + run
                                + "/checkpoints/step-00000002/state.bin: java.io.IOException: No space left on device;"
                                + " check space and permissions" + KEPT);
                try (CheckpointWriter writer = folder.begin(2)) {
                    assertThatThrownBy(() -> writer.folder("model", path -> fill(path.resolve("weights"), 1_000_000)))
                            .isInstanceOf(EngineException.class)
                            .hasMessageContaining("No space left on device")
                            .hasMessageEndingWith(KEPT);
                }
                assertThat(folder.newest().orElseThrow().step()).isEqualTo(1);
                write(folder, 2, 400_000);
                assertThat(folder.newest().orElseThrow().step()).isEqualTo(2);
            }
        } finally {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    @Test
    void aDiskThatCannotBeWritten() throws IOException, InterruptedException {
        Path disk = Files.createDirectory(temporary.resolve("disk"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()))
                .as("mounting a small disk")
                .isTrue();
        try {
            Path run = disk.resolve("run");
            try (CheckpointFolder folder = CheckpointFolder.open(run)) {
                write(folder, 1, 1000);
            }
            assertThat(run("mount", "-o", "remount,ro", disk.toString())).isTrue();
            assertThatThrownBy(() -> CheckpointFolder.open(run))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("Could not write " + run + "/run.lock: java.nio.file.FileSystemException: " + run
                            + "/run.lock: Read-only file system; check space and permissions");
            assertThatThrownBy(() -> CheckpointFolder.open(disk.resolve("other")))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("Read-only file system; check space and permissions");
            assertThat(run("mount", "-o", "remount,rw", disk.toString())).isTrue();
            try (CheckpointFolder folder = CheckpointFolder.open(run)) {
                assertThat(folder.newest().orElseThrow().step()).isEqualTo(1);
            }
        } finally {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    @Test
    void aFileInPlaceOfTheFolder() throws IOException {
        Path file = Files.writeString(temporary.resolve("run"), "text");
        assertThatThrownBy(() -> CheckpointFolder.open(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("run folder was " + file + ", a file, must be a folder; choose another path");
        assertThatThrownBy(() -> CheckpointFolder.open(file.resolve("below")))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("Could not write " + file + "/below/checkpoints: ")
                .hasMessageEndingWith("; check space and permissions");
    }

    @Test
    void aContentThatFailsHalfWay() {
        try (CheckpointFolder folder = CheckpointFolder.open(temporary)) {
            assertThatThrownBy(() -> fail(folder, new IOException("the network went away")))
                    .isInstanceOf(EngineException.class)
                    .hasMessageEndingWith("state.bin: java.io.IOException: the network went away;"
                            + " check space and permissions, there is no checkpoint yet");
            write(folder, 1, 10);
            assertThatThrownBy(() -> fail(folder, new IllegalStateException("a bug")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a bug");
            assertThat(folder.newest().orElseThrow().step()).isEqualTo(1);
            assertThat(temporary.resolve("checkpoints")).isDirectoryNotContaining("glob:**/.step*");
        }
    }

    /** A content that failed must not be committed by someone who caught the exception. */
    private static void fail(CheckpointFolder folder, Exception failure) throws Exception {
        try (CheckpointWriter writer = folder.begin(2)) {
            try {
                writer.file("state.bin", out -> {
                    out.write(new byte[100_000]);
                    if (failure instanceof IOException broken) {
                        throw broken;
                    }
                    throw (RuntimeException) failure;
                });
            } finally {
                assertThatThrownBy(() -> writer.commit(JsonNodeFactory.instance.objectNode()))
                        .hasMessage("writer of a checkpoint was one that has failed, must be open; begin another one");
            }
        }
    }

    private static void write(CheckpointFolder folder, long step, int bytes) {
        try (CheckpointWriter writer = folder.begin(step)) {
            writer.file("state.bin", out -> out.write(new byte[bytes]));
            writer.commit(JsonNodeFactory.instance.objectNode());
        }
    }

    private static void fill(Path file, int bytes) {
        try {
            Files.createDirectories(file.resolveSibling(""));
            Files.write(file, new byte[bytes]);
        } catch (IOException e) {
            throw new EngineException("Could not write " + file + ": " + e + "; check space and permissions", e);
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // no such command here
        }
    }
}
