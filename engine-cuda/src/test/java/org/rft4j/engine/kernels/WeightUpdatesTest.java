package org.rft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** Weights written in place, against loops. */
class WeightUpdatesTest {
    private static final double RTOL = 1e-6;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @Test
    void movesWeightsThatRequireGradients() {
        double[] x = Numbers.normal(Numbers.random("lerp", 0), 6, 1);
        double[] y = Numbers.normal(Numbers.random("lerp", 1), 6, 1);
        NDArray target = Tensors.of(manager, x, 2, 3).duplicate();
        target.setRequiresGradient(true);
        NDArray source = Tensors.of(manager, y, 2, 3);
        double[] expected = x.clone();
        for (int call = 0; call < 4; call++) {
            WeightUpdates.lerp(List.of(target), List.of(source), 0.25);
            for (int i = 0; i < expected.length; i++) {
                expected[i] += 0.25 * (y[i] - expected[i]);
            }
            assertClose("moved", target, expected, RTOL);
        }
        assertThat(target.hasGradient()).isTrue();
    }

    @Test
    void averagesBf16WeightsInFp32() {
        double[] y = Tensors.toBf16(Numbers.normal(Numbers.random("lerp", 2), 4, 1));
        NDArray source = Tensors.of(manager, DataType.BFLOAT16, y, 4);
        NDArray average = manager.zeros(new Shape(4));
        for (int call = 1; call <= 4; call++) {
            WeightUpdates.lerp(List.of(average), List.of(source), 0.001);
        }
        double share = 1 - Math.pow(0.999, 4);
        assertClose(
                "average",
                average,
                java.util.Arrays.stream(y).map(v -> v * share).toArray(),
                RTOL);
    }

    @Test
    void copiesAcrossTypes() {
        double[] x = Numbers.normal(Numbers.random("copy", 0), 6, 1);
        NDArray wide = Tensors.of(manager, x, 6).duplicate();
        wide.setRequiresGradient(true);
        for (int call = 0; call < 4; call++) {
            NDArray narrow = WeightUpdates.copyOf(wide, Precision.BF16, manager);
            NDArray same = WeightUpdates.copyOf(wide, Precision.FP32, manager);

            assertThat(Shapes.typeOf(narrow)).isEqualTo(DataType.BFLOAT16);
            assertThat(Tensors.doubles(narrow)).isEqualTo(Tensors.toBf16(x));
            assertThat(Tensors.doubles(same)).isEqualTo(x);
            assertThat(same.hasGradient()).isFalse();
        }
    }

    @Test
    void addsProductsRoundedOnce() {
        double[] a = Numbers.normal(Numbers.random("product", 0), 2 * 3, 1);
        double[] b = Numbers.normal(Numbers.random("product", 1), 4 * 2, 1);
        double[] w = Numbers.normal(Numbers.random("product", 2), 4 * 3, 1);
        for (boolean transposed : new boolean[] {false, true, false, true, false, true, false, true}) {
            NDArray matrix = Tensors.of(manager, w, transposed ? 3 : 4, transposed ? 4 : 3)
                    .duplicate();
            WeightUpdates.addProduct(
                    matrix, Tensors.of(manager, a, 2, 3), Tensors.of(manager, b, 4, 2), 0.5, transposed);
            double[] expected = w.clone();
            for (int o = 0; o < 4; o++) {
                for (int i = 0; i < 3; i++) {
                    double product = b[o * 2] * a[i] + b[o * 2 + 1] * a[3 + i];
                    expected[transposed ? i * 4 + o : o * 3 + i] += 0.5 * product;
                }
            }
            assertClose("W", matrix, expected, RTOL);
        }
    }

    @Test
    void aRefusedCopyLeavesNothingBehind() {
        NDArray half = manager.ones(new Shape(2)).toType(DataType.FLOAT16, true);
        long before = NativeMemory.liveArrays(manager);
        assertThatThrownBy(() -> WeightUpdates.copyOf(half, Precision.FP32, manager))
                .hasMessageContaining("data type of weight was float16, must be one of [float32, bfloat16]");
        assertThat(NativeMemory.liveArrays(manager)).isEqualTo(before);
    }

    @Test
    void refusesWhatDoesNotFit() {
        NDArray two = manager.zeros(new Shape(2));
        NDArray three = manager.zeros(new Shape(3));
        assertThatThrownBy(() -> WeightUpdates.copy(List.of(two), List.of(three)))
                .hasMessageContaining("shape of source 0 was [3], must be [2]");
        assertThatThrownBy(() -> WeightUpdates.copy(List.of(two), List.of()))
                .hasMessageContaining("number of sources was 0, must be that of the targets, 1");
        assertThatThrownBy(() -> WeightUpdates.lerp(List.of(two), List.of(two), 1.5))
                .hasMessageContaining(
                        "share was 1.5, must be between 0 and 1; an average of decay d has the share 1 - d");
        NDArray matrix = manager.zeros(new Shape(4, 3));
        NDArray a = manager.zeros(new Shape(2, 3));
        assertThatThrownBy(() -> WeightUpdates.addProduct(matrix, a, manager.zeros(new Shape(4, 1)), 1, false))
                .hasMessageContaining("shape of B [out,r] was [4, 1], must be [any, 2]");
        assertThatThrownBy(() -> WeightUpdates.addProduct(matrix, a, manager.zeros(new Shape(4, 2)), 1, true))
                .hasMessageContaining("shape of matrix was [4, 3], must be [3, 4]");
    }
}
