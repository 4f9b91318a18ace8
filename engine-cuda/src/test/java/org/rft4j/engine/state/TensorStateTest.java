package org.rft4j.engine.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.engine.testing.Close.assertSameBits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.program.TensorBytes;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** Arrays as bytes and back, to the last bit. */
class TensorStateTest {
    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    /** Any bits at all: NaN with a payload, both zeros, the smallest numbers. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT64", "FLOAT32", "FLOAT16", "BFLOAT16", "INT64"})
    void everyBitOfEveryTypeComesBack(DataType type) throws IOException {
        KeyedRandom random = Numbers.random("bits of " + type, 0);
        int width = type.getNumOfBytes();
        for (int round = 0; round < 20; round++) {
            int rows = Numbers.between(random, 2L * round, 1, 9);
            int columns = Numbers.between(random, 2L * round + 1, 1, 9);
            byte[] bits = new byte[rows * columns * width];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = (byte) random.derive(round).bits(i);
            }
            NDArray original = ofBits(bits, type, rows, columns);
            NDArray scalar = ofBits(java.util.Arrays.copyOf(bits, width), type);
            byte[] state = write(Map.of("matrix", original));
            NDArray restored = ofBits(new byte[bits.length], type, rows, columns);
            read(state, Map.of("matrix", restored));
            assertThat(bitsOf(restored, type)).isEqualTo(bits);
            NDArray restoredScalar = ofBits(new byte[width], type);
            read(write(Map.of("scalar", scalar)), Map.of("scalar", restoredScalar));
            assertThat(bitsOf(restoredScalar, type)).isEqualTo(java.util.Arrays.copyOf(bits, width));
        }
    }

    @Test
    void arraysOfSeveralPiecesAndOfNone() throws IOException {
        int numbers = (1 << 21) + 3; // of four bytes: two pieces of 2^22 and a short one
        NDArray large = manager.arange(numbers).toType(DataType.FLOAT32, false);
        NDArray none = manager.zeros(new Shape(0, 3));
        byte[] state = write(ordered("large", large, "none", none));
        NDArray restored = manager.zeros(new Shape(numbers));
        read(state, ordered("large", restored, "none", manager.zeros(new Shape(0, 3))));
        assertSameBits("large", restored, large);
    }

    @Test
    void parametersThatAreTrainedAreOverwrittenInPlace() throws IOException {
        NDArray weight = Tensors.of(manager, DataType.BFLOAT16, new double[] {1, 2, 3, 4}, 2, 2);
        NDArray other = Tensors.of(manager, DataType.BFLOAT16, new double[4], 2, 2);
        weight.setRequiresGradient(true);
        other.setRequiresGradient(true);
        byte[] state = write(Parameter.named(List.of(Parameter.of("w", weight))));
        read(state, Parameter.named(List.of(Parameter.of("w", other))));
        assertThat(Tensors.doubles(other)).containsExactly(1, 2, 3, 4);
        assertThat(other.hasGradient()).isTrue();
        Parameter once = Parameter.of("w", weight);
        assertThatThrownBy(() -> Parameter.named(List.of(once, once)))
                .hasMessage("parameter name was w, must be unique; rename one of the two");
    }

    @Test
    void aTransposedArrayIsWrittenAsItReads() throws IOException {
        NDArray matrix = manager.arange(6).toType(DataType.FLOAT32, false).reshape(2, 3);
        NDArray restored = manager.zeros(new Shape(3, 2));
        read(write(Map.of("m", matrix.transpose())), Map.of("m", restored));
        assertThat(Tensors.doubles(restored)).containsExactly(0, 3, 1, 4, 2, 5);
    }

    @Test
    void saysWhatDoesNotFit() throws IOException {
        NDArray matrix = manager.zeros(new Shape(2, 3));
        byte[] state = write(Map.of("w", matrix));
        String wayOut = "; restore a checkpoint of the same model, parameters and rft4j version";
        assertRefused(
                state,
                Map.of("v", matrix),
                "State of the policy does not fit: it holds w float32[2, 3] where this policy has v float32[2, 3]"
                        + wayOut);
        assertRefused(
                state,
                Map.of("w", manager.zeros(new Shape(3, 2))),
                "State of the policy does not fit: it holds w float32[2, 3] where this policy has w float32[3, 2]"
                        + wayOut);
        assertRefused(
                state,
                Map.of("w", TensorBytes.allocate(DataType.BFLOAT16, new Shape(2, 3), manager)),
                "State of the policy does not fit: it holds w float32[2, 3] where this policy has w bfloat16[2, 3]"
                        + wayOut);
        assertRefused(
                state, Map.of(), "State of the policy does not fit: it holds 1 arrays, this policy has 0" + wayOut);
        assertRefused(
                java.util.Arrays.copyOf(state, state.length - 1),
                Map.of("w", matrix),
                "State of the policy is cut off or damaged; restore an intact checkpoint");
    }

    @Test
    void readsNothingBehindTheArraysAndLeavesNoArrays() throws IOException {
        NDArray matrix = manager.ones(new Shape(2, 3));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TensorState.write(out, Map.of("w", matrix));
        out.write(42);
        long before = NativeMemory.liveArrays(TestEngine.engine().manager());
        ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
        TensorState.read(in, Map.of("w", matrix), "policy");
        assertThat(in.read()).isEqualTo(42);
        assertThat(NativeMemory.liveArrays(TestEngine.engine().manager())).isEqualTo(before);
    }

    private static void assertRefused(byte[] state, Map<String, NDArray> arrays, String message) {
        assertThatThrownBy(() -> read(state, arrays))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    private static Map<String, NDArray> ordered(String first, NDArray a, String second, NDArray b) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        arrays.put(first, a);
        arrays.put(second, b);
        return arrays;
    }

    private static byte[] write(Map<String, NDArray> arrays) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TensorState.write(out, arrays);
        return out.toByteArray();
    }

    private static void read(byte[] state, Map<String, NDArray> arrays) throws IOException {
        TensorState.read(new ByteArrayInputStream(state), arrays, "policy");
    }

    private NDArray ofBits(byte[] bits, DataType type, long... shape) {
        NDArray array = TensorBytes.allocate(type, new Shape(shape), manager);
        TensorBytes.write(array, 0, ByteBuffer.wrap(bits), type);
        return array;
    }

    private static byte[] bitsOf(NDArray array, DataType type) {
        int bytes = (int) array.size() * type.getNumOfBytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try (NDArray flat = TensorBytes.flat(array)) {
            TensorBytes.read(flat, 0, buffer, type);
        }
        byte[] bits = new byte[bytes];
        buffer.get(bits);
        return bits;
    }
}
