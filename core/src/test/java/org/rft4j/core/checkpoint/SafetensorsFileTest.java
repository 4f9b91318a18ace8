package org.rft4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.program.Precision;

class SafetensorsFileTest {
    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @Test
    void everyLoadableTypeComesBackExactly() throws IOException {
        JsonNode expected =
                new ObjectMapper().readTree(TestFiles.golden("loadable.json").toFile());
        assertThat(expected).hasSize(10);
        try (TensorSource file = TensorFiles.open(TestFiles.golden("loadable.safetensors"))) {
            assertThat(file.names()).hasSize(11).contains("naïve \"name\"", "scalar.f32");
            assertThat(file.metadata()).isEqualTo(Map.of("format", "pt"));
            expected.properties().forEach(tensor -> {
                NDArray array = file.loadExact(tensor.getKey(), manager);
                TensorInfo info = file.info(tensor.getKey());
                assertThat(Shapes.typeOf(array))
                        .isEqualTo(info.type().dataType().orElseThrow());
                assertThat(array.getShape()).isEqualTo(info.shape());
                double[] numbers = new double[tensor.getValue().size()];
                for (int i = 0; i < numbers.length; i++) {
                    JsonNode number = tensor.getValue().get(i);
                    numbers[i] = number.isTextual() ? Double.POSITIVE_INFINITY : number.asDouble();
                }
                assertThat(TestFiles.doubles(array)).as(tensor.getKey()).containsExactly(numbers);
            });
            assertThat(file.loadExact("ids", manager).toLongArray())
                    .containsExactly(Long.MIN_VALUE, (1L << 53) + 1, 0, -1);
        }
    }

    @Test
    void describesWithoutReading() {
        try (SafetensorsFile file = SafetensorsFile.open(TestFiles.golden("loadable.safetensors"))) {
            assertThat(file.info("m.bf16")).isEqualTo(new TensorInfo("m.bf16", StoredType.BF16, new Shape(3, 5), 30));
            assertThat(file.info("empty.f32").bytes()).isZero();
            assertThat(file.info("scalar.f32").shape()).isEqualTo(new Shape());
        }
    }

    @Test
    void everyFloatTypeLoadsAsWeights() {
        try (SafetensorsFile file = SafetensorsFile.open(TestFiles.golden("loadable.safetensors"))) {
            for (String name : file.names()) {
                if (name.equals("ids")) {
                    continue;
                }
                NDArray exact = file.loadExact(name, manager);
                NDArray wide = file.load(name, Precision.FP32, manager);
                NDArray narrow = file.load(name, Precision.BF16, manager);
                assertThat(Shapes.typeOf(wide)).isEqualTo(DataType.FLOAT32);
                assertThat(Shapes.typeOf(narrow)).isEqualTo(DataType.BFLOAT16);
                assertThat(TestFiles.bytes(wide)).isEqualTo(TestFiles.bytes(Precision.FP32.convert(exact)));
                assertThat(TestFiles.bytes(narrow)).isEqualTo(TestFiles.bytes(Precision.BF16.convert(exact)));
            }
        }
    }

    @Test
    void namesWhatItCannotLoad() {
        try (SafetensorsFile file = SafetensorsFile.open(TestFiles.golden("others.safetensors"))) {
            assertThat(file.names()).hasSize(11);
            for (String name : file.names()) {
                String type = file.info(name).type().name();
                assertThatThrownBy(() -> file.loadExact(name, manager))
                        .isInstanceOf(CheckpointException.class)
                        .hasMessageContainingAll(
                                "others.safetensors", "type of tensor " + name + " was " + type, "must be F64");
                assertThatThrownBy(() -> file.load(name, Precision.BF16, manager))
                        .isInstanceOf(CheckpointException.class)
                        .hasMessageContainingAll("was " + type, "to be loaded as weights");
            }
        }
        try (SafetensorsFile file = SafetensorsFile.open(TestFiles.golden("loadable.safetensors"))) {
            assertThatThrownBy(() -> file.load("ids", Precision.FP32, manager)).hasMessageContaining("was I64");
        }
    }

    @Test
    void namesWhatIsNear() {
        try (SafetensorsFile file = SafetensorsFile.open(TestFiles.golden("loadable.safetensors"))) {
            assertThatThrownBy(() -> file.load("m.bf61", Precision.FP32, manager))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContainingAll(
                            "tensor m.bf61 was missing", "one of the 11 in the file", "near names are [m.bf16, ");
        }
    }

    @Test
    void whatWasLoadedDependsOnNothingAndIsItsManagers() {
        NDManager owner = TestEngine.engine().manager();
        long before = NativeMemory.liveArrays(owner);
        NDArray weight;
        try (NativeScope inner = TestEngine.scope();
                SafetensorsFile file = SafetensorsFile.open(TestFiles.golden("wide.safetensors"))) {
            inner.manager().create(1f);
            weight = file.load("w", Precision.FP32, owner);
        }
        assertThat(weight.getManager()).isSameAs(owner);
        assertThat(TestFiles.doubles(weight)).hasSize(448).doesNotContain(0);
        assertThat(NativeMemory.liveArrays(owner)).isEqualTo(before + 1);
        weight.close();
    }

    @Test
    void refusesAfterClosing(@TempDir Path folder) {
        SafetensorsFile file = SafetensorsFile.open(TestFiles.golden("wide.safetensors"));
        file.close();
        assertThatThrownBy(() -> file.load("w", Precision.FP32, manager))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("wide.safetensors was closed", "must be open");
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("none")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll("none: file was missing", "check the path");
    }

    @Test
    void noticesThatTheFileWasCutOffWhileOpen(@TempDir Path folder) throws IOException {
        Path path =
                TestFiles.write(folder.resolve("f.safetensors"), TestFiles.bytes(TestFiles.golden("wide.safetensors")));
        try (SafetensorsFile file = SafetensorsFile.open(path);
                java.nio.channels.FileChannel channel =
                        java.nio.channels.FileChannel.open(path, java.nio.file.StandardOpenOption.WRITE)) {
            channel.truncate(100);
            assertThatThrownBy(() -> file.load("w", Precision.FP32, manager))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContainingAll("size was 100", "must be still 2024");
        }
    }
}
