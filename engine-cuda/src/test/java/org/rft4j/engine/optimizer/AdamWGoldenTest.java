package org.rft4j.engine.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.engine.testing.Close.RTOL_FP32;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.golden.GoldenFile;
import org.rft4j.engine.state.TensorState;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** Six steps against PyTorch's own AdamW and clip_grad_norm_. */
class AdamWGoldenTest {
    private static final List<String> NAMES = List.of("matrix", "vector", "bias");

    /** The nearest bf16 number may be the next one where fp32 lands on the other side of a tie. */
    private static final double ONE_BF16_STEP = 1.0 / 128;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<GoldenFile.Case> cases() {
        return GoldenFile.load("adamw").cases().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithPyTorch(GoldenFile.Case golden) throws IOException {
        boolean narrow = Boolean.parseBoolean(golden.text("bf16_weights", "false"));
        DataType type = narrow ? DataType.BFLOAT16 : DataType.FLOAT32;
        Map<String, NDArray> weights = new LinkedHashMap<>();
        for (String name : NAMES) {
            NDArray weight = Tensors.of(
                    manager,
                    type,
                    golden.doubles("initial_" + name),
                    golden.shape("initial_" + name).getShape());
            weight.setRequiresGradient(true);
            weights.put(name, weight);
        }
        AdamWOptions options = new AdamWOptions(
                golden.number("beta1", 0),
                golden.number("beta2", 0),
                golden.number("eps", 0),
                0.1,
                golden.number("max_norm", 0));
        List<Parameter> parameters = NAMES.stream()
                .map(name -> new Parameter(name, get(weights, name), golden.number("weight_decay_" + name, 0) > 0))
                .toList();
        try (AdamW optimizer = new AdamW(parameters, options, manager)) {
            double[] rates = golden.doubles("lr");
            for (int step = 0; step < rates.length; step++) {
                for (String name : NAMES) {
                    NDArray weight = get(weights, name);
                    double[] gradient = row(golden, "gradient_" + name, step);
                    Autograd.backward(
                            weight,
                            Tensors.of(
                                    manager, type, gradient, weight.getShape().getShape()));
                }
                AdamW.StepReport report = optimizer.step(rates[step]);
                assertThat(report.applied()).isTrue();
                assertThat(report.gradNorm()).isCloseTo(golden.doubles("norm")[step], within(RTOL_FP32));
                assertState(golden, step, weights, optimizer, narrow);
            }
        }
    }

    private void assertState(
            GoldenFile.Case golden, int step, Map<String, NDArray> weights, AdamW optimizer, boolean narrow)
            throws IOException {
        Map<String, NDArray> state = state(weights, optimizer, narrow);
        for (String name : NAMES) {
            String at = name + " after step " + step;
            NDArray master = narrow ? get(state, name + "/master") : get(weights, name);
            assertClose("weight " + at, master, row(golden, "weight_" + name, step), RTOL_FP32);
            assertClose(
                    "moment " + at,
                    get(state, name + "/first_moment"),
                    row(golden, "exp_avg_" + name, step),
                    RTOL_FP32);
            assertClose(
                    "square " + at,
                    get(state, name + "/second_moment"),
                    row(golden, "exp_avg_sq_" + name, step),
                    RTOL_FP32);
            assertThat(get(state, name + "/step").getFloat()).isEqualTo(step + 1f);
            if (narrow) {
                double[] rounded = Tensors.doubles(get(weights, name));
                assertThat(rounded).isEqualTo(Tensors.toBf16(Tensors.doubles(master)));
                assertClose("bf16 " + at, rounded, row(golden, "bf16_" + name, step), ONE_BF16_STEP);
            }
            assertThat(Tensors.doubles(get(weights, name).getGradient()))
                    .as("gradient " + at)
                    .containsOnly(0);
        }
    }

    /** What the optimiser saves, as arrays. */
    private Map<String, NDArray> state(Map<String, NDArray> weights, AdamW optimizer, boolean narrow)
            throws IOException {
        Map<String, NDArray> state = new LinkedHashMap<>();
        for (String name : NAMES) {
            Shape shape = get(weights, name).getShape();
            if (narrow) {
                state.put(name + "/master", manager.zeros(shape));
            }
            state.put(name + "/first_moment", manager.zeros(shape));
            state.put(name + "/second_moment", manager.zeros(shape));
            state.put(name + "/step", manager.create(0f));
        }
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        optimizer.saveState(saved);
        TensorState.read(new ByteArrayInputStream(saved.toByteArray()), state, "optimiser");
        return state;
    }

    private static NDArray get(Map<String, NDArray> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name));
    }

    private static double[] row(GoldenFile.Case golden, String name, int step) {
        double[] all = golden.doubles(name);
        int size = all.length / golden.doubles("lr").length;
        return Arrays.copyOfRange(all, step * size, (step + 1) * size);
    }
}
