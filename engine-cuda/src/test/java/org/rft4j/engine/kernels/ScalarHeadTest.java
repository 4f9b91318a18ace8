package org.rft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.engine.testing.Close.RTOL_BF16;
import static org.rft4j.engine.testing.Close.RTOL_FP32;
import static org.rft4j.engine.testing.Close.assertClose;
import static org.rft4j.engine.testing.Close.assertSameBits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.golden.GoldenFile;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

class ScalarHeadTest {
    private static final int BATCH = 3;
    private static final int LENGTH = 4;
    private static final int WIDTH = 5;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();
    private final KeyedRandom random = Numbers.random("scalar head", 0);

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<GoldenFile.Case> cases() {
        return GoldenFile.load("heads").cases().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithGoldenValues(GoldenFile.Case golden) {
        NDArray hidden = golden.toArray(manager, "hidden", DataType.FLOAT32);
        ScalarHead head = head(DataType.FLOAT32, golden.doubles("w"), golden.doubles("b"));
        NDArray gradValue = golden.toArray(manager, "grad_value", DataType.FLOAT32);
        NDArray gradHidden;
        if (golden.text("head", "none").equals("reward")) {
            long[] lengths = golden.longs("lengths");
            long[] last =
                    java.util.Arrays.stream(lengths).map(length -> length - 1).toArray();
            assertClose("value", head.valuesAt(hidden, last, manager), golden.doubles("value"), RTOL_FP32);
            gradHidden = head.backwardAt(hidden, last, gradValue, manager);
        } else {
            NDArray values = head.values(hidden, manager);
            if (golden.has("mask")) { // the head knows no mask: its caller multiplies
                NDArray mask = golden.toArray(manager, "mask", DataType.FLOAT32);
                values = values.mul(mask);
                gradValue = gradValue.mul(mask);
            }
            assertClose("value", values, golden.doubles("value"), RTOL_FP32);
            gradHidden = head.backward(hidden, gradValue, manager);
        }
        assertClose("grad_hidden", gradHidden, golden.doubles("grad_hidden"), RTOL_FP32);
        assertClose("grad_w", head.weight().getGradient(), golden.doubles("grad_w"), RTOL_FP32);
        assertClose("grad_b", head.bias().getGradient(), golden.doubles("grad_b"), RTOL_FP32);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void agreesWithAPlainTwin(Precision precision) {
        double[] hidden = Tensors.toBf16(Numbers.normal(random.derive(1), BATCH * LENGTH * WIDTH, 1));
        double[] weight = Tensors.toBf16(Numbers.normal(random.derive(2), WIDTH, 1));
        double[] upstream = Numbers.normal(random.derive(3), BATCH * LENGTH, 1);
        ScalarHead head = head(precision.dataType(), weight, new double[] {0.25});
        NDArray states = Tensors.of(manager, precision.dataType(), hidden, BATCH, LENGTH, WIDTH);
        double tolerance = precision == Precision.FP32 ? RTOL_FP32 : RTOL_BF16;

        double[] values = new double[BATCH * LENGTH];
        double[] gradHidden = new double[hidden.length];
        double[] gradWeight = new double[WIDTH];
        for (int i = 0; i < hidden.length; i++) {
            values[i / WIDTH] += hidden[i] * weight[i % WIDTH] + (i % WIDTH == 0 ? 0.25 : 0);
            gradHidden[i] = upstream[i / WIDTH] * weight[i % WIDTH];
            gradWeight[i % WIDTH] += upstream[i / WIDTH] * hidden[i];
        }
        assertClose("values", head.values(states, manager), values, tolerance);
        NDArray actual = head.backward(states, Tensors.of(manager, upstream, BATCH, LENGTH), manager);
        assertClose("grad hidden", actual, gradHidden, tolerance);
        assertClose("grad weight", head.weight().getGradient(), gradWeight, tolerance);
        assertClose(
                "grad bias",
                head.bias().getGradient(),
                new double[] {java.util.Arrays.stream(upstream).sum()},
                tolerance);
    }

    @Test
    void aValueAtPositionsIsTheValueThere() {
        double[] hidden = Numbers.normal(random.derive(1), BATCH * LENGTH * WIDTH, 1);
        ScalarHead head = head(DataType.FLOAT32, Numbers.normal(random.derive(2), WIDTH, 1), new double[] {-0.5});
        NDArray states = Tensors.of(manager, hidden, BATCH, LENGTH, WIDTH);
        long[] positions = {0, 3, 1};

        float[] all = head.values(states, manager).toFloatArray();
        float[] some = head.valuesAt(states, positions, manager).toFloatArray();
        for (int b = 0; b < BATCH; b++) {
            double expected = all[b * LENGTH + Math.toIntExact(positions[b])];
            assertClose("value", new double[] {some[b]}, new double[] {expected}, RTOL_FP32);
        }
        float[] gradHidden = head.backwardAt(
                        states, positions, Tensors.of(manager, new double[] {1, 2, 3}, BATCH), manager)
                .toFloatArray();
        for (int i = 0; i < gradHidden.length; i++) {
            int b = i / (LENGTH * WIDTH);
            boolean there = i / WIDTH % LENGTH == positions[b];
            assertThat(gradHidden[i] != 0).as("gradient at %d", i).isEqualTo(there);
        }
    }

    @Test
    void gradientsAddUpAndFrozenWeightsGetNone() {
        NDArray weight = Tensors.of(manager, Numbers.normal(random.derive(2), WIDTH, 1), WIDTH);
        NDArray bias = Tensors.of(manager, new double[] {1}, 1);
        bias.setRequiresGradient(true);
        ScalarHead head = new ScalarHead(weight, bias);
        NDArray states = Tensors.of(manager, Numbers.normal(random, BATCH * LENGTH * WIDTH, 1), BATCH, LENGTH, WIDTH);
        NDArray upstream = manager.ones(new ai.djl.ndarray.types.Shape(BATCH, LENGTH));
        head.backward(states, upstream, manager);
        head.backward(states, upstream, manager);

        assertThat(weight.hasGradient()).isFalse();
        assertThat(bias.getGradient().toFloatArray()).containsExactly(2f * BATCH * LENGTH);
    }

    private ScalarHead head(DataType type, double[] weight, double[] bias) {
        NDArray w = Tensors.of(manager, type, weight, weight.length);
        NDArray b = Tensors.of(manager, type, bias, 1);
        w.setRequiresGradient(true);
        b.setRequiresGradient(true);
        return new ScalarHead(w, b);
    }

    /** The shape that checkpoints have: one row, no bias. */
    @Test
    void aRowWithoutBiasIsAVectorWithZeroBias() {
        double[] numbers = Numbers.normal(Numbers.random("scalar row", 0), 6, 1);
        NDArray hidden = Tensors.of(manager, Numbers.normal(Numbers.random("scalar row", 1), 24, 1), 2, 2, 6);
        NDArray gradient = Tensors.of(manager, Numbers.normal(Numbers.random("scalar row", 2), 4, 1), 2, 2);
        NDArray row = Tensors.of(manager, numbers, 1, 6);
        NDArray vector = Tensors.of(manager, numbers, 6);
        row.setRequiresGradient(true);
        vector.setRequiresGradient(true);
        ScalarHead one = new ScalarHead(row);
        ScalarHead other = new ScalarHead(vector, Tensors.of(manager, new double[1], 1));

        for (int call = 0; call < 4; call++) { // libtorch rewrites a program after its first calls
            assertSameBits("values", one.values(hidden, manager), other.values(hidden, manager));
            assertSameBits(
                    "gradient", one.backward(hidden, gradient, manager), other.backward(hidden, gradient, manager));
        }
        assertSameBits("weight", row.getGradient().reshape(6), vector.getGradient());
    }
}
