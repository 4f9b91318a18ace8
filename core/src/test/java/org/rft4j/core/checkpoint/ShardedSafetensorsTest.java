package org.rft4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.program.Precision;

/** Checkpoints of several files: written, read, and damaged. */
class ShardedSafetensorsTest {
    private static final String INDEX = "model.safetensors.index.json";

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @TempDir
    private Path folder;

    @AfterEach
    void free() {
        scope.close();
    }

    @Test
    void splitsAsHuggingFaceDoes() throws IOException {
        List<Path> files = write(16);
        assertThat(files.stream().map(file -> file.getFileName().toString()))
                .containsExactly(
                        "model-00001-of-00003.safetensors",
                        "model-00002-of-00003.safetensors",
                        "model-00003-of-00003.safetensors");
        assertThat(Files.readString(folder.resolve(INDEX))).isEqualToIgnoringNewLines("""
                        {
                          "metadata" : {
                            "total_size" : 44
                          },
                          "weight_map" : {
                            "a" : "model-00002-of-00003.safetensors",
                            "b" : "model-00001-of-00003.safetensors",
                            "c" : "model-00002-of-00003.safetensors",
                            "d" : "model-00003-of-00003.safetensors"
                          }
                        }
                        """);
        try (TensorSource source = TensorFiles.open(folder)) {
            assertThat(source.names()).containsExactlyInAnyOrder("a", "b", "c", "d");
            assertThat(source.metadata()).isEqualTo(Map.of("format", "pt"));
            assertThat(source.info("d").bytes()).isEqualTo(8);
            assertThat(source.load("b", Precision.FP32, manager).toFloatArray()).containsExactly(0, 1, 2, 3, 4);
            assertThat(source.loadExact("d", manager).toLongArray()).containsExactly(7);
            assertThatThrownBy(() -> source.info("e"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContainingAll(INDEX, "tensor e was missing", "one of the 4 of the index", "[a, b, c]");
        }
    }

    @Test
    void oneFileNeedsNoIndexAndReplacesOlderOnes() throws IOException {
        write(16);
        assertThat(write(1000)).containsExactly(folder.resolve("model.safetensors"));
        assertThat(names()).containsExactly("model.safetensors");
        write(8);
        assertThat(names()).hasSize(5).contains(INDEX).doesNotContain("model.safetensors");
        write(20);
        assertThat(names()).hasSize(4).contains("model-00003-of-00003.safetensors");
        try (TensorSource source = TensorFiles.open(folder)) {
            assertThat(source.names()).hasSize(4);
        }
    }

    @Test
    void indexAndFilesMustAgree() throws IOException {
        write(16);
        String index = Files.readString(folder.resolve(INDEX));
        String second = "model-00002-of-00003.safetensors";
        assertRefused(index.replace("\"a\"", "\"x\""), "tensor a of " + second + " was not in the index");
        assertRefused(
                index.replace("\"a\" : \"model-00002", "\"a\" : \"model-00001"),
                "tensor a of " + second + " was expected in model-00001-of-00003.safetensors");
        assertRefused(
                index.replace("\"b\"", "\"new\" : \"" + second + "\", \"b\""),
                "tensor new was missing",
                "must be in " + second);
        assertRefused(
                index.replace("model-00003", "model-00004"), "model-00004-of-00003.safetensors: file was missing");
        assertRefused(
                index.replace("model-00003", "../model-00003"), "file of tensor d was ../model", "beside the index");
        assertRefused(index.replace("weight_map", "weights"), "weight_map was missing or empty");
        assertRefused(index.replace("\"a\"", "\"b\""), "index was not read: Duplicate");
        Files.copy(folder.resolve(second), folder.resolve("copy.safetensors"));
        assertRefused(
                index.replace("\"b\"", "\"x\" : \"copy.safetensors\", \"b\""),
                "tensor a of copy.safetensors was expected in");
        assertRefused(
                index.replace("\"a\" : \"" + second, "\"a\" : \"copy.safetensors"),
                "tensor c of copy.safetensors was expected in " + second);
    }

    @Test
    void aTensorInTwoFilesIsRefused() throws IOException {
        TestFiles.write(folder.resolve("p.safetensors"), one("a"));
        TestFiles.write(folder.resolve("q.safetensors"), one("a"));
        assertRefused(
                "{\"weight_map\":{\"a\":\"p.safetensors\",\"b\":\"q.safetensors\"}}", "a was in p.safetensors and q");
    }

    @Test
    void aFolderWithoutWeightsSaysWhatItHolds() throws IOException {
        Files.createFile(folder.resolve("pytorch_model.bin"));
        assertThatThrownBy(() -> TensorFiles.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(
                        "content was [pytorch_model.bin]", "must hold model.safetensors or", "convert");
    }

    private static byte[] one(String name) {
        return TestFiles.safetensors("{\"" + name + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4);
    }

    private void assertRefused(String index, String... parts) throws IOException {
        Path path = folder.resolve("model.safetensors.index.json");
        Files.write(path, index.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> ShardedSafetensors.open(path))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(parts);
    }

    /** b is larger than 16 bytes; then a and c fill a file. */
    private List<Path> write(long maxShardBytes) {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        tensors.put("c", manager.create(new float[] {1, 2}));
        tensors.put("b", manager.arange(5f));
        tensors.put("a", manager.create(new float[] {3, 4}));
        tensors.put("d", manager.create(new long[] {7}));
        return SafetensorsWriter.writeFolder(folder, tensors, SaveOptions.DEFAULT.withMaxShardBytes(maxShardBytes));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
