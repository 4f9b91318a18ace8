package org.rft4j.engine.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.golden.GoldenFile;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** AdamW against torch.optim.AdamW, step by step, and its state through a file. */
class AdamWTest {
    private static final List<String> NAMES = List.of("matrix", "vector", "bias");
    private static final int STEPS = 6;
    /** fp32 against a float64 or float32 trajectory of six steps. */
    private static final double RTOL = 3e-6;

    private static final double NORM_RTOL = 1e-6;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static List<GoldenFile.Case> cases() {
        return GoldenFile.load("adamw").cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void followsTorchStepByStep(GoldenFile.Case golden) {
        List<Parameter> parameters = parameters(golden);
        try (AdamW optimizer = new AdamW(parameters, options(golden), manager)) {
            double[] rates = golden.doubles("lr");
            for (int step = 0; step < STEPS; step++) {
                giveGradients(golden, parameters, step);
                AdamW.StepReport report = optimizer.step(rates[step]);
                double norm = golden.doubles("norm")[step];
                assertThat(report.gradNorm()).isCloseTo(norm, within(NORM_RTOL * norm));
                assertThat(report.applied()).isTrue();
                String kind = golden.has("bf16_matrix") ? "bf16_" : "weight_";
                for (int i = 0; i < NAMES.size(); i++) {
                    double[] expected = row(golden, kind + NAMES.get(i), step);
                    assertClose(
                            NAMES.get(i) + " after step " + step,
                            parameters.get(i).weight(),
                            expected,
                            RTOL);
                    assertClose("gradient", parameters.get(i).weight().getGradient(), new double[expected.length], 0);
                }
            }
        }
    }

    @Test
    void continuesBitForBitFromItsState() throws IOException {
        for (GoldenFile.Case golden : List.of(cases().get(3), cases().get(4))) {
            List<Parameter> straight = parameters(golden);
            AdamW uninterrupted = new AdamW(straight, options(golden), manager);
            run(golden, straight, uninterrupted, 0, STEPS);

            List<Parameter> before = parameters(golden);
            AdamW first = new AdamW(before, options(golden), manager);
            run(golden, before, first, 0, 3);
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            first.saveState(file);

            List<Parameter> after = new ArrayList<>();
            for (Parameter p : before) {
                NDArray weight = p.weight().stopGradient().duplicate();
                weight.setRequiresGradient(true);
                after.add(new Parameter(p.name(), weight, p.decays()));
            }
            AdamW second = new AdamW(after, options(golden), manager);
            second.restoreState(new ByteArrayInputStream(file.toByteArray()));
            run(golden, after, second, 3, STEPS);

            for (int i = 0; i < NAMES.size(); i++) {
                assertThat(Tensors.doubles(after.get(i).weight()))
                        .as(golden.name() + " " + NAMES.get(i))
                        .isEqualTo(Tensors.doubles(straight.get(i).weight()));
            }
            ByteArrayOutputStream straightState = new ByteArrayOutputStream();
            uninterrupted.saveState(straightState);
            ByteArrayOutputStream resumedState = new ByteArrayOutputStream();
            second.saveState(resumedState);
            assertThat(resumedState.toByteArray()).isEqualTo(straightState.toByteArray());
        }
    }

    @Test
    void skipsAndCountsStepsWithoutFiniteGradients() {
        GoldenFile.Case golden = cases().get(2);
        for (float poison : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            List<Parameter> parameters = parameters(golden);
            AdamW optimizer = new AdamW(parameters, options(golden), manager);
            giveGradients(golden, parameters, 0);
            NDArray weight = parameters.get(1).weight();
            Autograd.backward(weight, manager.full(weight.getShape(), poison));
            double[] before = Tensors.doubles(parameters.get(0).weight());

            AdamW.StepReport report = optimizer.step(1e-2);

            assertThat(report.applied()).isFalse();
            assertThat(report.gradNorm()).isNotFinite();
            assertThat(optimizer.skippedSteps()).isEqualTo(1);
            assertThat(Tensors.doubles(parameters.get(0).weight())).isEqualTo(before);
            giveGradients(golden, parameters, 0);
            assertThat(optimizer.step(1e-2).applied()).as("the poison is gone").isTrue();
        }
    }

    @Test
    void refusesStateThatDoesNotFit() throws IOException {
        GoldenFile.Case golden = cases().get(2);
        AdamW optimizer = new AdamW(parameters(golden), options(golden), manager);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        optimizer.saveState(file);
        byte[] whole = file.toByteArray();
        assertThatThrownBy(() -> restore(optimizer, Arrays.copyOf(whole, whole.length - 3)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cut off or damaged");
        assertThatThrownBy(() -> restore(optimizer, new byte[64]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it is not optimiser state of this version");
        AdamW fewer = new AdamW(parameters(golden).subList(0, 2), options(golden), manager);
        assertThatThrownBy(() -> restore(fewer, whole)).hasMessageContaining("it holds 9 arrays, this optimiser has 6");
        List<Parameter> renamed = new ArrayList<>(parameters(golden));
        renamed.set(0, new Parameter("other", renamed.get(0).weight(), true));
        AdamW stranger = new AdamW(renamed, options(golden), manager);
        assertThatThrownBy(() -> restore(stranger, whole))
                .hasMessageContaining("it holds matrix/first_moment float32[3, 4]")
                .hasMessageContaining("this optimiser has other/first_moment float32[3, 4]");
    }

    @Test
    void refusesWhatCannotTrain() {
        NDArray frozen = manager.ones(new ai.djl.ndarray.types.Shape(2));
        assertThatThrownBy(() -> Parameter.of("frozen", frozen))
                .hasMessageContaining("parameter frozen was without gradient, must require gradients");
        NDArray weight = manager.ones(new ai.djl.ndarray.types.Shape(2));
        weight.setRequiresGradient(true);
        Parameter parameter = Parameter.of("w", weight);
        assertThat(parameter.decays()).as("a vector").isFalse();
        assertThatThrownBy(() -> new AdamW(List.of(parameter, parameter), AdamWOptions.DEFAULT, manager))
                .hasMessageContaining("parameter name was w, must be unique");
        assertThatThrownBy(() -> new AdamW(List.of(), AdamWOptions.DEFAULT, manager))
                .hasMessageContaining("must hold at least one");
        AdamW optimizer = new AdamW(List.of(parameter), AdamWOptions.DEFAULT, manager);
        assertThatThrownBy(() -> optimizer.step(Double.NaN)).hasMessageContaining("learningRate was NaN");
        assertThatThrownBy(() -> new AdamWOptions(1, 0.999, 1e-8, 0, 1)).hasMessageContaining("beta1 was 1.0");
    }

    private static void restore(AdamW optimizer, byte[] state) throws IOException {
        optimizer.restoreState(new ByteArrayInputStream(state));
    }

    private void run(GoldenFile.Case golden, List<Parameter> parameters, AdamW optimizer, int from, int to) {
        for (int step = from; step < to; step++) {
            giveGradients(golden, parameters, step);
            optimizer.step(golden.doubles("lr")[step]);
        }
    }

    private void giveGradients(GoldenFile.Case golden, List<Parameter> parameters, int step) {
        for (int i = 0; i < NAMES.size(); i++) {
            NDArray weight = parameters.get(i).weight();
            double[] gradient = row(golden, "gradient_" + NAMES.get(i), step);
            Autograd.backward(
                    weight, Tensors.of(manager, gradient, weight.getShape().getShape()));
        }
    }

    private List<Parameter> parameters(GoldenFile.Case golden) {
        List<Parameter> parameters = new ArrayList<>();
        for (String name : NAMES) {
            NDArray weight = golden.toArray(manager, "initial_" + name, DataType.FLOAT32);
            if (golden.has("bf16_matrix")) {
                weight = Precision.BF16.convert(weight);
            }
            weight.setRequiresGradient(true);
            parameters.add(new Parameter(name, weight, golden.number("weight_decay_" + name, 0) > 0));
        }
        return parameters;
    }

    private static AdamWOptions options(GoldenFile.Case golden) {
        return new AdamWOptions(
                golden.number("beta1", 0),
                golden.number("beta2", 0),
                golden.number("eps", 0),
                golden.number("weight_decay_matrix", 0),
                golden.number("max_norm", 0));
    }

    private static double[] row(GoldenFile.Case golden, String key, int step) {
        double[] all = golden.doubles(key);
        int size = all.length / STEPS;
        return Arrays.copyOfRange(all, step * size, (step + 1) * size);
    }
}
