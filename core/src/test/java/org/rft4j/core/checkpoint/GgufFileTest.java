package org.rft4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.program.Precision;

/** Python's gguf wrote the file and decoded its blocks. */
class GgufFileTest {
    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K", "Q6_K"})
    void everyTypeDecodesToTheLastBit(String type) {
        try (TensorSource file = TensorFiles.open(TestFiles.golden("blocks.gguf"));
                TensorSource expected = TensorFiles.open(TestFiles.golden("blocks.safetensors"))) {
            assertThat(file).isInstanceOf(GgufFile.class);
            NDArray wanted = expected.load(type, Precision.FP32, manager);
            NDArray wide = file.load(type, Precision.FP32, manager);
            NDArray narrow = file.load(type, Precision.BF16, manager);

            assertThat(file.info(type).type()).isEqualTo(StoredType.valueOf(type));
            assertThat(wide.getShape())
                    .isEqualTo(wanted.getShape())
                    .isEqualTo(file.info(type).shape());
            assertThat(TestFiles.bytes(wide)).isEqualTo(TestFiles.bytes(wanted));
            assertThat(Shapes.typeOf(narrow)).isEqualTo(DataType.BFLOAT16);
            assertThat(TestFiles.bytes(narrow)).isEqualTo(TestFiles.bytes(Precision.BF16.convert(wanted)));
        }
    }

    @Test
    void everyTypeOfValueIsRead() {
        try (GgufFile file = GgufFile.open(TestFiles.golden("blocks.gguf"))) {
            assertThat(file.values().get("test.ints").toString()).isEqualTo("[1,-2,3]");
            assertThat(file.values().get("test.words").toString()).isEqualTo("[\"a\",\"\",\"ß\"]");
            assertThat(file.metadata())
                    .containsEntry("general.architecture", "test")
                    .containsEntry("test.u8", "200")
                    .containsEntry("test.i8", "-100")
                    .containsEntry("test.u16", "60000")
                    .containsEntry("test.i16", "-30000")
                    .containsEntry("test.u32", "4000000000")
                    .containsEntry("test.i32", "-2000000000")
                    .containsEntry("test.f32", "1.0E-6")
                    .containsEntry("test.u64", "18446744073709551615")
                    .containsEntry("test.i64", "-9223372036854775808")
                    .containsEntry("test.f64", "0.1")
                    .containsEntry("test.bool", "true")
                    .containsEntry("test.text", "naïve")
                    .doesNotContainKey("test.ints");
        }
    }

    @Test
    void shapesAreInPyTorchsOrder() {
        try (GgufFile file = GgufFile.open(TestFiles.golden("blocks.gguf"))) {
            assertThat(file.info("F16")).isEqualTo(new TensorInfo("F16", StoredType.F16, new Shape(2, 3, 5), 60));
            assertThat(file.info("Q4_K"))
                    .isEqualTo(new TensorInfo("Q4_K", StoredType.Q4_K, new Shape(2, 768), 2 * 3 * 144));
            NDArray exact = file.loadExact("F16", manager);
            assertThat(exact.getDataType()).isEqualTo(DataType.FLOAT16);
        }
    }

    @Test
    void namesWhatItCannotLoad() {
        try (GgufFile file = GgufFile.open(TestFiles.golden("blocks.gguf"))) {
            assertThatThrownBy(() -> file.load("I32", Precision.FP32, manager))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContainingAll(
                            "type of tensor I32 was I32", "one of [Q4_0, Q8_0, Q4_K, Q6_K]", "convert the file");
            assertThatThrownBy(() -> file.loadExact("Q4_0", manager))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContainingAll("type of tensor Q4_0 was Q4_0", "use load, which decodes it");
        }
    }

    @Test
    void halvesAreExact() {
        byte[] bytes = new byte[2];
        for (int bits : new int[] {0, 0x8000, 1, 0x83FF, 0x400, 0x3C00, 0xC100, 0x7BFF, 0x7C00, 0xFC00}) {
            bytes[0] = (byte) bits;
            bytes[1] = (byte) (bits >> 8);
            NDArray half = manager.create(
                    java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN),
                    new Shape(1),
                    DataType.FLOAT16);
            assertThat(BlockDecoder.Blocks.half(bytes, 0))
                    .as("%x", bits)
                    .isEqualTo(half.toType(DataType.FLOAT32, true).getFloat(0));
        }
        bytes[1] = 0x7E;
        assertThat(BlockDecoder.Blocks.half(bytes, 0)).isNaN();
    }
}
