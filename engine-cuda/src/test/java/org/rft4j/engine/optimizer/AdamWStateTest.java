package org.rft4j.engine.optimizer;

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
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** What AdamW keeps: masters, moments, step counts, and their file, byte by byte. */
class AdamWStateTest {
    private static final AdamWOptions OPTIONS = new AdamWOptions(0.9, 0.95, 1e-8, 0.1, 1);

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    /** A matrix and a bias with their optimiser. */
    private record Model(NDArray matrix, NDArray bias, AdamW optimizer) {
        void step(int step) {
            push(matrix, Numbers.normal(Numbers.random("matrix gradient", step), 6, 1));
            push(bias, Numbers.normal(Numbers.random("bias gradient", step), 2, 1));
            optimizer.step(1e-2);
        }

        static void push(NDArray weight, double[] gradient) {
            NDManager owner = weight.getManager();
            Autograd.backward(
                    weight, Tensors.of(owner, gradient, weight.getShape().getShape()));
        }

        byte[] save() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            optimizer.saveState(out);
            return out.toByteArray();
        }

        void restore(byte[] state) throws IOException {
            optimizer.restoreState(new ByteArrayInputStream(state));
        }
    }

    private Model model(Precision precision) {
        return model(precision, Numbers.normal(Numbers.random("start", 0), 6, 1), new double[2]);
    }

    private Model model(Precision precision, double[] matrix, double[] bias) {
        NDArray w = Tensors.of(manager, precision.dataType(), matrix, 3, 2);
        NDArray b = Tensors.of(manager, precision.dataType(), bias, 2);
        w.setRequiresGradient(true);
        b.setRequiresGradient(true);
        return new Model(
                w, b, new AdamW(List.of(Parameter.of("matrix", w), Parameter.of("bias", b)), OPTIONS, manager));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aRestoredOptimiserContinuesBitForBit(Precision precision) throws IOException {
        Model original = model(precision);
        for (int step = 0; step < 3; step++) {
            original.step(step);
        }
        byte[] state = original.save();
        Model resumed = model(precision, Tensors.doubles(original.matrix()), Tensors.doubles(original.bias()));
        resumed.restore(state);
        assertThat(resumed.save()).isEqualTo(state);
        for (int step = 3; step < 6; step++) {
            original.step(step);
            resumed.step(step);
        }
        assertSameBits("matrix", resumed.matrix(), original.matrix());
        assertSameBits("bias", resumed.bias(), original.bias());
        assertThat(resumed.save()).isEqualTo(original.save());
    }

    @Test
    void bf16MastersCollectStepsTooSmallForTheWeights() {
        Model model = model(Precision.BF16, new double[] {1, 1, 1, 1, 1, 1}, new double[2]);
        double[] before = Tensors.doubles(model.matrix());
        for (int step = 0; step < 40; step++) {
            Model.push(model.matrix(), new double[] {1, 1, 1, 1, 1, 1});
            model.optimizer().step(2e-4); // one step is far below the 1/128 between bf16 numbers near 1
        }
        assertThat(Tensors.doubles(model.matrix())[0]).isLessThan(before[0]);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aGradientThatIsNotFiniteChangesNothingAndIsReported(double bad) throws IOException {
        Model model = model(Precision.FP32);
        model.step(0);
        double[] before = Tensors.doubles(model.matrix());
        byte[] state = model.save();
        Model.push(model.matrix(), new double[] {1, 1, bad, 1, 1, 1});
        Model.push(model.bias(), new double[] {1, 1});
        AdamW.StepReport report = model.optimizer().step(0.1);

        assertThat(report.applied()).isFalse();
        assertThat(report.gradNorm()).isNotFinite();
        assertThat(model.optimizer().skippedSteps()).isEqualTo(1);
        assertThat(Tensors.doubles(model.matrix())).isEqualTo(before);
        assertThat(model.save()).isEqualTo(state);
        assertThat(Tensors.doubles(model.bias().getGradient())).containsOnly(0);
        Model.push(model.matrix(), new double[6]);
        assertThat(model.optimizer().step(0.1).applied()).as("the next step").isTrue();
    }

    /** Fresh weights have no gradient yet: what a program would take for a tensor. */
    @Test
    void stepsWithoutAnyGradientOnlyDecay() {
        Model model = model(Precision.FP32, new double[] {1, 1, 1, 1, 1, 1}, new double[] {1, 1});
        for (int step = 0; step < 4; step++) {
            AdamW.StepReport report = model.optimizer().step(0.1);
            assertThat(report.gradNorm()).isZero();
        }
        assertThat(Tensors.doubles(model.matrix())[0])
                .isCloseTo(Math.pow(1 - 0.1 * 0.1, 4), org.assertj.core.api.Assertions.within(1e-6));
        assertThat(Tensors.doubles(model.bias())).as("biases do not decay").containsOnly(1);
    }

    @Test
    @SuppressWarnings("try") // the scope owns what the step makes; nothing refers to it
    void stepsLeaveNoArraysBehind() {
        Model model = model(Precision.BF16);
        model.step(0);
        long before = 0;
        for (int step = 0; step < 20; step++) {
            try (NativeScope inner = TestEngine.scope()) {
                model.step(step);
            }
            long live = NativeMemory.liveArrays(TestEngine.engine().manager());
            before = step == 0 ? live : before;
            assertThat(live).isEqualTo(before);
        }
    }

    @Test
    void stateThatDoesNotFitIsRefused() throws IOException {
        Model model = model(Precision.FP32);
        model.step(0);
        byte[] state = model.save();
        NDArray other = manager.ones(new Shape(4));
        other.setRequiresGradient(true);
        AdamW stranger = new AdamW(List.of(Parameter.of("other", other)), OPTIONS, manager);

        assertThatThrownBy(() -> stranger.restoreState(new ByteArrayInputStream(state)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("does not fit", "6 arrays", "this optimiser has 3", "same model");
        assertThatThrownBy(() -> model(Precision.BF16).restore(state)).hasMessageContaining("this optimiser has 8");
        assertThatThrownBy(() -> model.restore(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not optimiser state of this version");
        for (int length = 0; length < state.length; length++) {
            byte[] cut = Arrays.copyOf(state, length);
            assertThatThrownBy(() -> model.restore(cut))
                    .as("cut after %d bytes", length)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("restore");
        }
    }

    /** Whatever byte is damaged in the headers: a clear exception. In the numbers nothing can tell. */
    @Test
    void damagedHeadersAreNoticed() throws IOException {
        Model model = model(Precision.FP32);
        byte[] state = model.save();
        int header = 8 + 2 + "matrix/first_moment".length() + 2 + "float32".length() + 1 + 2 * 8;
        for (int i = 0; i < header; i++) {
            byte[] damaged = state.clone();
            damaged[i] ^= 0x55;
            assertThatThrownBy(() -> model.restore(damaged))
                    .as("byte %d", i)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("restore");
        }
    }

    @Test
    void unusableParametersAndOptions() {
        NDArray frozen = manager.ones(new Shape(2));
        assertThatThrownBy(() -> Parameter.of("w", frozen))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("parameter w was without gradient", "setRequiresGradient(true)");
        assertThatThrownBy(() -> Parameter.of("w", frozen.toType(DataType.INT64, true)))
                .hasMessageContaining("data type of parameter w was int64");
        assertThatThrownBy(() -> new AdamW(List.of(), OPTIONS, manager)).hasMessageContaining("parameters was empty");
        Model model = model(Precision.FP32);
        Parameter once = Parameter.of("same", model.matrix());
        assertThatThrownBy(() -> new AdamW(List.of(once, once), OPTIONS, manager))
                .hasMessageContainingAll("parameter name was same", "must be unique");
        for (double rate : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> model.optimizer().step(rate)).hasMessageContaining("learningRate was " + rate);
        }
        assertThatThrownBy(() -> new AdamWOptions(1, 0.9, 1e-8, 0, 1)).hasMessageContaining("beta1 was 1.0");
        assertThatThrownBy(() -> new AdamWOptions(0.9, -1, 1e-8, 0, 1)).hasMessageContaining("beta2 was -1.0");
        assertThatThrownBy(() -> new AdamWOptions(0.9, 0.9, 0, 0, 1)).hasMessageContaining("eps was 0.0");
        assertThatThrownBy(() -> new AdamWOptions(0.9, 0.9, 1e-8, Double.NaN, 1))
                .hasMessageContaining("weightDecay was NaN");
        assertThatThrownBy(() -> new AdamWOptions(0.9, 0.9, 1e-8, 0, -1)).hasMessageContaining("maxGradNorm was -1.0");
    }

    @Test
    void tiedWeightsAreSteppedOnce() {
        NDArray tied = TestEngine.engine().manager().ones(new ai.djl.ndarray.types.Shape(2, 2));
        tied.setRequiresGradient(true);
        List<Parameter> twice = List.of(Parameter.of("embedding", tied), Parameter.of("head", tied));
        assertThatThrownBy(() -> new AdamW(
                        twice, AdamWOptions.DEFAULT, TestEngine.engine().manager()))
                .hasMessageContaining("weight of parameter head was that of another parameter too")
                .hasMessageContaining("pass tied weights under one name");
        tied.close();
    }
}
