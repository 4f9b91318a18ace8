package org.rft4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.program.Precision;

class SafetensorsWriterTest {
    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @TempDir
    private Path folder;

    @AfterEach
    void free() {
        scope.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"loadable.safetensors", "wide.safetensors", "wide_as_bf16.safetensors"})
    void writesTheBytesThatPythonWrites(String name) {
        Path written = folder.resolve(name);
        SafetensorsWriter.writeFile(written, everything(name), SaveOptions.DEFAULT);
        assertThat(TestFiles.bytes(written)).isEqualTo(TestFiles.bytes(TestFiles.golden(name)));
    }

    @ParameterizedTest
    @CsvSource({"BF16,wide_as_bf16.safetensors", "F16,wide_as_f16.safetensors"})
    void roundsAsPyTorchRounds(StoredType type, String name) {
        for (int call = 0; call < 4; call++) {
            Path written = folder.resolve(name);
            SafetensorsWriter.writeFile(
                    written, everything("wide.safetensors"), SaveOptions.DEFAULT.withFloatsAs(type));
            assertThat(TestFiles.bytes(written)).isEqualTo(TestFiles.bytes(TestFiles.golden(name)));
        }
    }

    @Test
    void widensExactly() {
        Path written = folder.resolve("f.safetensors");
        Map<String, NDArray> narrow = everything("wide_as_bf16.safetensors");
        SafetensorsWriter.writeFile(written, narrow, SaveOptions.DEFAULT.withFloatsAs(StoredType.F32));
        try (SafetensorsFile file = SafetensorsFile.open(written)) {
            assertThat(file.info("w").type()).isEqualTo(StoredType.F32);
            assertThat(file.info("step").type()).isEqualTo(StoredType.I64);
            assertThat(TestFiles.doubles(file.load("w", Precision.FP32, manager)))
                    .isEqualTo(TestFiles.doubles(narrow.get("w")));
        }
    }

    @Test
    void rowsAreInOrderWhateverTheMemory() {
        NDArray turned = manager.arange(6f).reshape(2, 3).transpose();
        Path written = folder.resolve("f.safetensors");
        SafetensorsWriter.writeFile(written, Map.of("t", turned), SaveOptions.DEFAULT);
        try (SafetensorsFile file = SafetensorsFile.open(written)) {
            assertThat(file.info("t").shape()).isEqualTo(new Shape(3, 2));
            assertThat(file.loadExact("t", manager).toFloatArray()).containsExactly(0, 3, 1, 4, 2, 5);
        }
    }

    @Test
    void keepsMetadata() {
        SaveOptions options = new SaveOptions(1, null, Map.of("step", "7", "format", "np"));
        SafetensorsWriter.writeFile(folder.resolve("f"), Map.of(), options);
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("f"))) {
            assertThat(file.metadata()).isEqualTo(Map.of("step", "7", "format", "np"));
        }
        assertThat(new SaveOptions(1, null, Map.of("step", "7")).metadata())
                .isEqualTo(Map.of("step", "7", "format", "pt"));
    }

    @Test
    void refusesWhatItCannotWriteAndLeavesNothing() throws IOException {
        Path file = folder.resolve("f.safetensors");
        NDArray huge = manager.create(new float[] {1, 70000});
        assertRefused(
                Map.of("h", huge), SaveOptions.DEFAULT.withFloatsAs(StoredType.F16), "tensor h was of 1 or", "BF16");
        assertRefused(
                Map.of("b", huge.toType(DataType.BOOLEAN, true)), SaveOptions.DEFAULT, "data type of tensor b was");
        assertRefused(Map.of("", huge), SaveOptions.DEFAULT, "name of a tensor was ''");
        assertRefused(Map.of("__metadata__", huge), SaveOptions.DEFAULT, "must not be empty nor __metadata__");
        NDArray closed = manager.create(1f);
        closed.close();
        assertRefused(Map.of("c", closed), SaveOptions.DEFAULT, "tensor c was closed", "must be alive");
        assertThatThrownBy(() -> SaveOptions.DEFAULT.withMaxShardBytes(0)).hasMessageContaining("maxShardBytes was 0");
        assertThatThrownBy(() -> SaveOptions.DEFAULT.withFloatsAs(StoredType.I64))
                .hasMessageContainingAll("floatsAs was I64", "F32, F16, BF16");
        assertThat(file).doesNotExist();
        assertThat(namesIn(folder)).isEmpty();
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNoOther() throws IOException {
        Path file = folder.resolve("f.safetensors");
        SafetensorsWriter.writeFile(file, Map.of("a", manager.create(1f)), SaveOptions.DEFAULT);
        byte[] before = TestFiles.bytes(file);
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        tensors.put("a", manager.create(2f));
        tensors.put("z", manager.create(1e9f)); // fails after a has been written
        assertThatThrownBy(() ->
                        SafetensorsWriter.writeFile(file, tensors, SaveOptions.DEFAULT.withFloatsAs(StoredType.F16)))
                .isInstanceOf(InvalidInputException.class);
        assertThat(TestFiles.bytes(file)).isEqualTo(before);
        assertThat(namesIn(folder)).containsExactly("f.safetensors");
    }

    @Test
    void anUnwritablePlaceIsTheMachines() throws IOException {
        Map<String, NDArray> tensors = Map.of("a", manager.create(1f));
        Path occupied = Files.createDirectory(folder.resolve("occupied.safetensors"));
        Files.createFile(occupied.resolve("x"));
        assertThatThrownBy(() -> SafetensorsWriter.writeFile(occupied, tensors, SaveOptions.DEFAULT))
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll("Could not write", "occupied.safetensors", "check space and permissions");
        assertThat(namesIn(folder)).containsExactly("occupied.safetensors");
        Path nowhere = folder.resolve("none").resolve("f.safetensors");
        assertThatThrownBy(() -> SafetensorsWriter.writeFile(nowhere, tensors, SaveOptions.DEFAULT))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("NoSuchFile");
        assertThatThrownBy(() -> SafetensorsWriter.writeFolder(occupied.resolve("x"), tensors, SaveOptions.DEFAULT))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("Could not write");
    }

    @Test
    void leavesNoArrayBehind() {
        Map<String, NDArray> tensors = everything("wide.safetensors");
        long before = NativeMemory.liveArrays(TestEngine.engine().manager());
        for (int i = 0; i < 20; i++) {
            SafetensorsWriter.writeFile(
                    folder.resolve("f"), tensors, SaveOptions.DEFAULT.withFloatsAs(StoredType.BF16));
        }
        assertThat(NativeMemory.liveArrays(TestEngine.engine().manager())).isEqualTo(before);
    }

    private void assertRefused(Map<String, NDArray> tensors, SaveOptions options, String... parts) {
        assertThatThrownBy(() -> SafetensorsWriter.writeFile(folder.resolve("f.safetensors"), tensors, options))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(parts);
    }

    private Map<String, NDArray> everything(String name) {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(TestFiles.golden(name))) {
            for (String tensor : file.names()) {
                tensors.put(tensor, file.loadExact(tensor, manager));
            }
        }
        return tensors;
    }

    private static List<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
