package org.rft4j.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** Everything runs at least four times: libtorch rewrites a program after the second call. */
@Tag("newest-jdk")
class TensorBytesTest {
    private static final int CALLS = 5;
    /** Exact in every format. */
    private static final double[] NUMBERS = {1, -2.5, 0, 1024, -0.125, 3};

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT64,FLOAT32", "FLOAT32,FLOAT32", "FLOAT16,FLOAT32", "BFLOAT16,FLOAT32", "FLOAT32,BFLOAT16",
        "FLOAT16,BFLOAT16", "BFLOAT16,BFLOAT16", "FLOAT16,FLOAT16", "FLOAT64,FLOAT64", "FLOAT64,BFLOAT16"
    })
    void whatIsStoredComesBackInEitherFormat(DataType stored, DataType kept) {
        NDArray source = Tensors.of(manager, DataType.FLOAT32, NUMBERS, 2, 3);
        ByteBuffer bytes = ByteBuffer.allocateDirect(NUMBERS.length * stored.getNumOfBytes());
        for (int call = 0; call < CALLS; call++) {
            NDArray flat = TensorBytes.flat(source);
            assertThat(TensorBytes.read(flat, 0, bytes, stored)).isZero();
            NDArray target = TensorBytes.allocate(kept, new Shape(2, 3), manager);
            TensorBytes.write(target, 0, bytes, stored);

            assertThat(Shapes.typeOf(target)).isEqualTo(kept);
            assertThat(target.getShape()).isEqualTo(new Shape(2, 3));
            assertThat(Tensors.doubles(target)).containsExactly(NUMBERS);
        }
    }

    @Test
    void integersAreExact() {
        ByteBuffer bytes = direct(24);
        bytes.putLong(Long.MIN_VALUE).putLong((1L << 53) + 1).putLong(-1).flip();
        NDArray target = TensorBytes.allocate(DataType.INT64, new Shape(3), manager);
        TensorBytes.write(target, 0, bytes, DataType.INT64);

        assertThat(target.toLongArray()).containsExactly(Long.MIN_VALUE, (1L << 53) + 1, -1);
        assertThat(bytes.position()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void numbersNeedNoAlignment(int offset) {
        ByteBuffer bytes = direct(offset + 8);
        bytes.putFloat(offset, 1.5f).putFloat(offset + 4, -3).position(offset);
        for (int call = 0; call < CALLS; call++) {
            NDArray target = TensorBytes.allocate(DataType.FLOAT32, new Shape(2), manager);
            TensorBytes.write(target, 0, bytes, DataType.FLOAT32);
            assertThat(target.toFloatArray()).containsExactly(1.5f, -3);
        }
    }

    @Test
    void slicesGoWhereTheyBelongAndNothingAliasesTheBuffer() {
        NDArray target = TensorBytes.allocate(DataType.BFLOAT16, new Shape(2, 2), manager);
        ByteBuffer bytes = direct(4);
        bytes.putShort(0, (short) 0x3F80).putShort(2, (short) 0x4000);
        TensorBytes.write(target, 0, bytes, DataType.BFLOAT16);
        bytes.putShort(0, (short) 0xC020).putShort(2, (short) 0x7F80);
        TensorBytes.write(target, 2, bytes, DataType.BFLOAT16);
        bytes.putInt(0, 0);

        assertThat(Tensors.doubles(target)).containsExactly(1, 2, -2.5, Double.POSITIVE_INFINITY);
        assertThat(TensorBytes.read(TensorBytes.flat(target), 1, bytes, DataType.BFLOAT16))
                .isZero();
        assertThat(bytes.getShort(0)).isEqualTo((short) 0x4000);
        assertThat(bytes.getShort(2)).isEqualTo((short) 0xC020);
    }

    @Test
    void heapBuffersWillDo() {
        ByteBuffer bytes = ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(1, 7f).putFloat(5, 8f).position(1);
        NDArray target = TensorBytes.allocate(DataType.FLOAT32, new Shape(2), manager);
        TensorBytes.write(target, 0, bytes, DataType.FLOAT32);
        assertThat(target.toFloatArray()).containsExactly(7, 8);
    }

    @Test
    void roundsToNearestEvenAndCountsWhatBecomesInfinite() {
        float tie = Float.intBitsToFloat(0x3F808000); // halfway between two bf16 numbers, the lower one even
        float above = Float.intBitsToFloat(0x3F818000); // halfway, the upper one even
        NDArray source = manager.create(new float[] {tie, above, 65520f, Float.NEGATIVE_INFINITY, 1e30f});
        ByteBuffer bytes = direct(10);
        for (int call = 0; call < CALLS; call++) {
            assertThat(TensorBytes.read(source, 0, bytes, DataType.BFLOAT16)).isZero();
            assertThat(bytes.getShort(0)).isEqualTo((short) 0x3F80);
            assertThat(bytes.getShort(2)).isEqualTo((short) 0x3F82);
            assertThat(TensorBytes.read(source, 0, bytes, DataType.FLOAT16))
                    .as("65520 and 1e30")
                    .isEqualTo(2);
        }
    }

    @Test
    void flatFollowsRowsAndNotMemory() {
        NDArray turned = Tensors.of(manager, DataType.FLOAT32, NUMBERS, 2, 3).transpose();
        ByteBuffer bytes = direct(24);
        TensorBytes.read(TensorBytes.flat(turned), 0, bytes, DataType.FLOAT32);
        assertThat(new float[] {bytes.getFloat(0), bytes.getFloat(4), bytes.getFloat(8)})
                .containsExactly(1, 1024, -2.5f);
    }

    @Test
    void leavesNothingBehindAndOutlivesTheScope() {
        NDManager owner = TestEngine.engine().manager();
        long before = NativeMemory.liveArrays(owner);
        NDArray kept;
        try (NativeScope inner = TestEngine.scope()) {
            inner.manager().create(1f);
            kept = TensorBytes.allocate(DataType.FLOAT32, new Shape(2), owner);
            ByteBuffer bytes = direct(8);
            bytes.putFloat(0, 1f).putFloat(4, 2f);
            TensorBytes.write(kept, 0, bytes, DataType.FLOAT32);
        }
        assertThat(kept.toFloatArray()).containsExactly(1, 2);
        assertThat(NativeMemory.liveArrays(owner)).isEqualTo(before + 1);
        kept.close();
        assertThat(NativeMemory.liveArrays(owner)).isEqualTo(before);
    }

    @Test
    void refusesWhatDoesNotFit() {
        NDArray target = TensorBytes.allocate(DataType.FLOAT32, new Shape(2, 2), manager);
        assertRefused(
                () -> TensorBytes.write(target, 0, direct(6), DataType.FLOAT32), "6 bytes at position 0", "whole");
        assertRefused(() -> TensorBytes.write(target, 3, direct(8), DataType.FLOAT32), "8 bytes at position 3", "'s 4");
        assertRefused(() -> TensorBytes.write(target, -1, direct(8), DataType.FLOAT32), "position -1");
        assertRefused(() -> TensorBytes.write(target, 0, direct(4), DataType.INT8), "data type was int8", "bf16");
        assertRefused(
                () -> TensorBytes.read(TensorBytes.flat(target), 0, ByteBuffer.allocate(4), DataType.FLOAT32),
                "must be direct, writable");
        assertRefused(
                () -> TensorBytes.read(target, 0, direct(16), DataType.FLOAT32),
                "array to read from was of shape (2, 2), must be a row of numbers; call TensorBytes.flat first");
        for (int call = 0; call < CALLS; call++) {
            assertRefused(
                    () -> TensorBytes.write(target.transpose(), 0, direct(16), DataType.FLOAT32),
                    "array to write to was a transposed or cut view, must hold its numbers in row-major order",
                    "call duplicate() first");
        }
        assertRefused(() -> TensorBytes.allocate(DataType.BOOLEAN, new Shape(1), manager), "data type was boolean");
    }

    /** 2.7 would become 2, and infinity the smallest number of all. */
    @Test
    void refusesToTurnFloatsIntoIntegersAndBack() {
        String rule = "stored format was int64, must be int64 just where the array is, which is float32";
        NDArray floats = manager.ones(new Shape(2));
        assertRefused(() -> TensorBytes.read(floats, 0, direct(16), DataType.INT64), rule);
        assertRefused(() -> TensorBytes.write(floats, 0, direct(16), DataType.INT64), rule);
        NDArray integers = TensorBytes.allocate(DataType.INT64, new Shape(2), manager);
        assertRefused(
                () -> TensorBytes.write(integers, 0, direct(8), DataType.FLOAT32),
                "stored format was float32, must be int64 just where the array is, which is int64");
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... parts) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessageContainingAll(parts);
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
