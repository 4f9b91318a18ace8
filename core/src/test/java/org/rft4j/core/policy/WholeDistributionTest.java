package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.assertClose;
import static org.rft4j.core.testing.Close.doubles;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.kernels.Divergence;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.optimizer.Parameter;

/** Divergences from a reference and sums of squared probabilities, of the pass that is trained. */
class WholeDistributionTest {
    /** Of fp32 log-softmax and its sums, as a share of the largest number. */
    private static final double RTOL = 2e-5;

    /** A central difference of an fp32 loss through a whole model. */
    private static final double RTOL_DIFFERENCES = 5e-3;

    private static final double TEMPERATURE = 0.7;
    private static final int USABLE = 33;
    private static final int ALL = 0;
    private static final TokenBatch BATCH = below(USABLE, Texts.ofLengths(9, 12, 5, 7));

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();
    private final Policy policy = Policy.of(new TinyCheckpoint("llama", manager).load(), Trainable.everything());

    @AfterEach
    void free() {
        policy.close();
        scope.close();
    }

    private static TokenBatch below(int usable, TokenBatch batch) {
        List<long[]> ids = new ArrayList<>();
        List<boolean[]> scored = new ArrayList<>();
        for (int n = 0; n < batch.sequences(); n++) {
            long[] tokens = new long[batch.length(n)];
            boolean[] mask = new boolean[tokens.length];
            for (int t = 0; t < tokens.length; t++) {
                tokens[t] = batch.id(n, t) % usable;
                mask[t] = batch.isScored(n, t);
            }
            ids.add(tokens);
            scored.add(mask);
        }
        return TokenBatch.of(ids, scored);
    }

    static Stream<Divergence> divergences() {
        return Stream.of(Divergence.forwardKl(), Divergence.reverseKl(), Divergence.jensenShannon(0.3));
    }

    static Stream<Arguments> layouts() {
        PolicyScoreOptions restricted = PolicyScoreOptions.DEFAULT
                .withUsableTokens(USABLE)
                .withFilters(List.of(SamplingFilter.temperature(TEMPERATURE)));
        PolicyScoreOptions each =
                restricted.withFilters(Collections.nCopies(BATCH.sequences(), SamplingFilter.temperature(TEMPERATURE)));
        return divergences()
                .flatMap(kind -> Stream.of(
                        Arguments.of(kind, restricted, TEMPERATURE, USABLE),
                        Arguments.of(kind, restricted.withLayout(BatchLayout.leftPadded()), TEMPERATURE, USABLE),
                        Arguments.of(kind, restricted.withLayout(BatchLayout.packed(17)), TEMPERATURE, USABLE),
                        Arguments.of(kind, each.withLayout(BatchLayout.packed(17)), TEMPERATURE, USABLE),
                        Arguments.of(
                                kind,
                                restricted
                                        .withMemory(ActivationMemory.RECOMPUTE_LAYERS)
                                        .withChunkBytes(1),
                                TEMPERATURE,
                                USABLE),
                        Arguments.of(kind, PolicyScoreOptions.DEFAULT, 1, ALL)));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void valuesAreThoseOfPlainLoops(Divergence kind, PolicyScoreOptions options, double temperature, int usable) {
        try (FrozenReference reference = Reference.copyOf(policy)) {
            moved();
            PolicyScores scores = policy.score(BATCH, options, new Comparison(reference, kind), manager);
            double[][] p = logProbs(policy.decoder(), temperature, usable);
            double[][] q = logProbs(reference.decoder(), temperature, usable);
            double[] divergences = new double[p.length];
            double[] squares = new double[p.length];
            for (int i = 0; i < p.length; i++) {
                if (p[i] != null) {
                    divergences[i] = divergence(kind, p[i], q[i]);
                    squares[i] = Math.log(
                            Arrays.stream(p[i]).map(lp -> Math.exp(2 * lp)).sum());
                }
            }
            assertThat(Arrays.stream(divergences).max().orElse(0)).isGreaterThan(0.01);
            assertClose("divergences", doubles(scores.divergences()), divergences, RTOL);
            assertClose("log square sums", doubles(scores.logSquareSums()), squares, RTOL);
        }
    }

    /** In the direction of a parameter's own gradient a loss grows by the gradient's length. */
    @ParameterizedTest
    @MethodSource("divergences")
    void gradientsAreFiniteDifferences(Divergence kind) {
        try (FrozenReference reference = Reference.copyOf(policy)) {
            moved();
            PolicyScoreOptions options =
                    PolicyScoreOptions.DEFAULT.withUsableTokens(USABLE).withEntropy();
            PolicyScores scores = policy.score(BATCH, options, new Comparison(reference, kind), manager);
            scores.backward(up("log-probs"), up("entropies"), up("divergences"));
            for (Parameter parameter : policy.parameters()) {
                double[] gradient = doubles(parameter.weight().getGradient());
                double length =
                        Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
                double step = 4e-3;
                double up = lossAt(parameter, gradient, step / length, reference, kind, options);
                double down = lossAt(parameter, gradient, -step / length, reference, kind, options);
                assertClose(
                        parameter.name(),
                        new double[] {(up - down) / (2 * step)},
                        new double[] {length},
                        RTOL_DIFFERENCES);
            }
        }
    }

    private double lossAt(
            Parameter parameter,
            double[] direction,
            double factor,
            FrozenReference reference,
            Divergence kind,
            PolicyScoreOptions options) {
        NDArray weight = parameter.weight();
        NDArray before = weight.stopGradient().duplicate();
        float[] step = new float[direction.length];
        for (int i = 0; i < step.length; i++) {
            step[i] = (float) (factor * direction[i]);
        }
        WeightUpdates.copy(List.of(weight), List.of(before.add(manager.create(step, weight.getShape()))));
        PolicyScores scores = policy.score(BATCH, options, new Comparison(reference, kind), manager);
        double loss = dot(scores.logProbs(), "log-probs")
                + dot(scores.entropies(), "entropies")
                + dot(scores.divergences(), "divergences");
        WeightUpdates.copy(List.of(weight), List.of(before));
        return loss;
    }

    private double dot(NDArray values, String purpose) {
        double[] numbers = doubles(values);
        float[] factors = Texts.gradient(BATCH, purpose);
        double sum = 0;
        for (int i = 0; i < numbers.length; i++) {
            sum += numbers[i] * factors[i];
        }
        return sum;
    }

    private NDArray up(String purpose) {
        return manager.create(Texts.gradient(BATCH, purpose), new Shape(BATCH.sequences(), BATCH.columns()));
    }

    @Test
    void theModelUnderAnAdapterIsAReferenceThatLearnsNothing() {
        LoraConfig lora = LoraConfig.of(2, 2, LoraTargets.allLinear());
        try (Policy adapted = Policy.of(new TinyCheckpoint("llama", manager).load(), Trainable.lora(lora));
                AdapterOffReference off = Reference.withoutAdapter(adapted)) {
            Comparison comparison = new Comparison(off, Divergence.forwardKl());
            NDArray same = adapted.score(BATCH, PolicyScoreOptions.DEFAULT, comparison, manager)
                    .divergences();
            assertClose("at first", doubles(same), new double[(int) same.size()], RTOL);
            adapted.parameters().forEach(parameter -> shift(parameter.weight(), 0.2f));
            PolicyScores scores = adapted.score(BATCH, PolicyScoreOptions.DEFAULT, comparison, manager);
            double[][] p = logProbs(adapted.decoder(), 1, ALL);
            double[][] q = logProbs(off.decoder(), 1, ALL);
            double[] expected = new double[p.length];
            for (int i = 0; i < p.length; i++) {
                expected[i] = p[i] == null ? 0 : divergence(Divergence.forwardKl(), p[i], q[i]);
            }
            assertThat(Arrays.stream(expected).max().orElse(0)).isGreaterThan(0.01);
            assertClose("divergences", doubles(scores.divergences()), expected, RTOL);
            scores.backward(
                    scores.logProbs().zerosLike(), null, scores.divergences().onesLike());
            adapted.parameters()
                    .forEach(parameter -> assertThat(
                                    Arrays.stream(doubles(parameter.weight().getGradient()))
                                            .anyMatch(x -> x != 0))
                            .as(parameter.name())
                            .isTrue());
            adapted.model()
                    .weights()
                    .values()
                    .forEach(weight -> assertThat(weight.hasGradient()).isFalse());
        }
    }

    @Test
    void aReferenceLeavesItsHiddenStatesAlone() {
        try (FrozenReference reference = Reference.copyOf(policy)) {
            long before;
            long after;
            try (NativeScope step = TestEngine.scope()) {
                policy.score(BATCH, PolicyScoreOptions.DEFAULT, step.manager());
                before = NativeMemory.liveArrays(TestEngine.engine().manager());
                policy.score(
                        BATCH,
                        PolicyScoreOptions.DEFAULT,
                        new Comparison(reference, Divergence.reverseKl()),
                        step.manager());
                after = NativeMemory.liveArrays(TestEngine.engine().manager());
            }
            long again;
            try (NativeScope step = TestEngine.scope()) {
                long none = NativeMemory.liveArrays(TestEngine.engine().manager());
                policy.score(BATCH, PolicyScoreOptions.DEFAULT, step.manager());
                again = NativeMemory.liveArrays(TestEngine.engine().manager()) - none;
            }
            assertThat(after - before - again)
                    .as("hidden states of the reference, the divergences at cells and at tokens, a count")
                    .isEqualTo(4);
        }
    }

    @Test
    void saysWhatItCannotDo() {
        PolicyScores plain = policy.score(BATCH, PolicyScoreOptions.DEFAULT, manager);
        assertThatThrownBy(plain::divergences)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("divergences was not computed, must be asked for; score with a Comparison");
        assertThatThrownBy(() -> plain.backward(plain.logProbs(), null, plain.logProbs()))
                .hasMessage("divergences was not computed, must be asked for; score with a Comparison");
        PolicyScoreOptions best = PolicyScoreOptions.DEFAULT.withFilters(List.of(new SamplingFilter(1, 5, 1, 0, 1)));
        PolicyScores restricted = policy.score(BATCH, best, manager);
        assertThatThrownBy(restricted::logSquareSums)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("must be one temperature for all tokens where whole distributions are compared");
        try (FrozenReference reference = Reference.copyOf(policy)) {
            PolicyScores scores = policy.score(
                    BATCH, PolicyScoreOptions.DEFAULT, new Comparison(reference, Divergence.reverseKl()), manager);
            NDArray endless = scores.divergences().onesLike().mul(Float.POSITIVE_INFINITY);
            assertThatThrownBy(() -> scores.backward(scores.logProbs(), null, endless))
                    .hasMessage("gradDivergences was NaN or infinite at a scored token, must be finite; find the step"
                            + " that made it");
            policy.parameters()
                    .forEach(parameter -> assertThat(doubles(parameter.weight().getGradient()))
                            .as("nothing was added")
                            .containsOnly(0));
        }
    }

    /** Moves every weight of the policy a little, each by another number. */
    private void moved() {
        policy.parameters().forEach(parameter -> shift(parameter.weight(), 0.1f));
    }

    private void shift(NDArray weight, float size) {
        float[] numbers = weight.stopGradient().toFloatArray();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] += size * (float) Math.sin(1.7 * i + 0.3);
        }
        WeightUpdates.copy(List.of(weight), List.of(manager.create(numbers, weight.getShape())));
    }

    /** Log-probs of all usable tokens at each scored one, [N*T][usable]; null where none is scored. */
    private double[][] logProbs(Decoder decoder, double temperature, int usable) {
        LmHead head = decoder.head();
        double[] weight = doubles(head.weight());
        int width = (int) head.width();
        int count = usable == ALL ? (int) head.vocabulary() : usable;
        Placement placement = BatchLayout.rightPadded().place(BATCH);
        double[] hidden = doubles(decoder.forward(placement.input(BATCH), ActivationMemory.KEEP_NOTHING, manager)
                .hidden());
        double[][] result = new double[BATCH.sequences() * BATCH.columns()][];
        for (int n = 0; n < BATCH.sequences(); n++) {
            for (int t = 1; t < BATCH.length(n); t++) {
                if (BATCH.isScored(n, t)) {
                    int cell = n * BATCH.columns() + t;
                    result[cell] = logSoftmax(hidden, (cell - 1) * width, weight, width, temperature, count);
                }
            }
        }
        return result;
    }

    private static double[] logSoftmax(
            double[] hidden, int from, double[] weight, int width, double temperature, int usable) {
        double[] logits = new double[usable];
        double sum = 0;
        for (int v = 0; v < usable; v++) {
            for (int h = 0; h < width; h++) {
                logits[v] += hidden[from + h] * weight[v * width + h] / temperature;
            }
            sum += Math.exp(logits[v]);
        }
        for (int v = 0; v < usable; v++) {
            logits[v] -= Math.log(sum);
        }
        return logits;
    }

    private static double divergence(Divergence kind, double[] p, double[] q) {
        if (kind instanceof Divergence.JensenShannon mixed) {
            double[] m = new double[p.length];
            for (int v = 0; v < m.length; v++) {
                m[v] = Math.log((1 - mixed.alpha()) * Math.exp(p[v]) + mixed.alpha() * Math.exp(q[v]));
            }
            return (1 - mixed.alpha()) * kl(p, m) + mixed.alpha() * kl(q, m);
        }
        return kind instanceof Divergence.ForwardKl ? kl(q, p) : kl(p, q);
    }

    private static double kl(double[] a, double[] b) {
        double sum = 0;
        for (int v = 0; v < a.length; v++) {
            sum += Math.exp(a[v]) * (a[v] - b[v]);
        }
        return sum;
    }
}
