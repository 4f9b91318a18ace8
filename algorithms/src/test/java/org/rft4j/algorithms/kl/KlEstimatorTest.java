package org.rft4j.algorithms.kl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.algorithms.testing.GroupGolden.DIFFERENCES;
import static org.rft4j.algorithms.testing.GroupGolden.FP32;
import static org.rft4j.algorithms.testing.GroupGolden.FP64;
import static org.rft4j.algorithms.testing.GroupGolden.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.rft4j.algorithms.kl.KlEstimator.Clamp;
import org.rft4j.algorithms.kl.KlEstimator.Gradient;
import org.rft4j.algorithms.kl.KlPenalty.Weighting;
import org.rft4j.algorithms.testing.GroupGolden;
import org.rft4j.algorithms.testing.Tensors;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeScope;

final class KlEstimatorTest {
    private static final double STEP = 1e-6;

    private static final Map<String, Clamp> CLAMPS =
            Map.of("WIDE", Clamp.WIDE, "VERL", Clamp.VERL, "OPEN_RLHF", Clamp.OPEN_RLHF);

    /**
     * Estimates of tokens, and what comes back to log-probs from their weighted sum.
     *
     * @param values per token
     * @param gradients per token
     */
    private record Result(double[] values, double[] gradients) {}

    /**
     * One row of tokens.
     *
     * @param logProbs under the policy
     * @param reference under the reference
     * @param old under the weights that drew them
     * @param weights in the sum
     */
    private record Tokens(double[] logProbs, double[] reference, double[] old, double[] weights) {
        static Tokens golden() {
            JsonNode kl = GroupGolden.read("kl");
            return new Tokens(
                    GroupGolden.numbers(kl.required("logProbs")),
                    GroupGolden.numbers(kl.required("reference")),
                    GroupGolden.numbers(kl.required("old")),
                    GroupGolden.numbers(kl.required("weights")));
        }

        Tokens moved(int token, double by) {
            double[] moved = logProbs.clone();
            moved[token] += by;
            return new Tokens(moved, reference, old, weights);
        }
    }

    @SuppressWarnings("try") // a recording is closed, not used
    private static Result run(KlEstimator estimator, Weighting weighting, Tokens tokens, DataType type) {
        try (NativeScope scope = Tensors.scope()) {
            NDArray logProbs = Tensors.array(scope.manager(), new double[][] {tokens.logProbs}, type);
            NDArray reference = Tensors.array(scope.manager(), new double[][] {tokens.reference}, type);
            NDArray old = Tensors.array(scope.manager(), new double[][] {tokens.old}, type);
            NDArray weights = Tensors.array(scope.manager(), new double[][] {tokens.weights}, type);
            logProbs.setRequiresGradient(true);
            try (Autograd.Recording recording = Autograd.record()) {
                NDArray values = weighting.apply(estimator.of(logProbs, reference), logProbs, old);
                Autograd.backward(values.mul(weights).sum());
                return new Result(Tensors.host(values)[0], Tensors.host(logProbs.getGradient())[0]);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> golden() {
        Tokens tokens = Tokens.golden();
        return GroupGolden.read("kl").required("cases").valueStream().map(each -> {
            KlForm form = KlForm.valueOf(each.required("form").asText());
            Gradient gradient = Gradient.valueOf(each.required("gradient").asText());
            Weighting weighting = Weighting.valueOf(each.required("weighting").asText());
            String clampName = each.required("clamp").asText();
            KlEstimator estimator = new KlEstimator(form, required(clampName), gradient);
            String name = form + " " + clampName + " " + gradient + " " + weighting;
            return DynamicTest.dynamicTest(name, () -> check(each, estimator, weighting, tokens));
        });
    }

    private static Clamp required(String name) {
        return java.util.Objects.requireNonNull(CLAMPS.get(name));
    }

    private static void check(JsonNode expected, KlEstimator estimator, Weighting weighting, Tokens tokens) {
        double[] values = GroupGolden.numbers(expected.required("values"));
        double[] gradients = GroupGolden.numbers(expected.required("gradients"));
        Result fp64 = run(estimator, weighting, tokens, DataType.FLOAT64);
        assertClose("values", fp64.values, values, FP64);
        assertClose("gradients", fp64.gradients, gradients, FP64);
        Result fp32 = run(estimator, weighting, tokens, DataType.FLOAT32);
        for (int t = 0; t < values.length; t++) {
            // Rounding of d = -25 alone moves exp(-d) by several units of its last place, and in k3 by ratio that much
            // cancels.
            Offset<Double> margin = within(4 * FP32 * Math.max(1, Math.max(values[t], Math.abs(gradients[t]))));
            assertThat(fp32.values[t]).as("value " + t + " in fp32").isCloseTo(values[t], margin);
            assertThat(fp32.gradients[t]).as("gradient " + t + " in fp32").isCloseTo(gradients[t], margin);
        }
        double[] host = new double[values.length];
        for (int t = 0; t < host.length; t++) {
            host[t] = estimator.of(tokens.logProbs[t], tokens.reference[t]);
        }
        assertClose("on the host", host, GroupGolden.numbers(expected.required("host")), FP64);
        if (estimator.gradient() == Gradient.OWN) {
            assertDifferences(estimator, weighting, tokens, gradients);
        }
    }

    private static void assertDifferences(
            KlEstimator estimator, Weighting weighting, Tokens tokens, double[] gradients) {
        for (int t = 0; t < gradients.length; t++) {
            if (tokens.logProbs[t] != tokens.reference[t]) { // where |d| has a kink, torch says 0
                double above = run(estimator, weighting, tokens.moved(t, STEP), DataType.FLOAT64).values[t];
                double below = run(estimator, weighting, tokens.moved(t, -STEP), DataType.FLOAT64).values[t];
                double slope = tokens.weights[t] * (above - below) / (2 * STEP);
                double scale = Math.max(1, Math.max(above, Math.abs(gradients[t])));
                assertThat(slope).as("slope " + t).isCloseTo(gradients[t], within(DIFFERENCES * scale));
            }
        }
    }

    @Test
    void aDifferenceOfThreeTenths() {
        double tolerance = 5e-8; // the digits of the table
        assertThat(of(KlForm.K1, 0.3)).isCloseTo(0.3, within(tolerance));
        assertThat(of(KlForm.K2, 0.3)).isCloseTo(0.045, within(tolerance));
        assertThat(of(KlForm.K3, 0.3)).isCloseTo(0.0408182, within(tolerance));
        assertThat(of(KlForm.ABSOLUTE, -0.3)).isCloseTo(0.3, within(tolerance));
    }

    private static double of(KlForm form, double difference) {
        return new KlEstimator(form, Clamp.WIDE, Gradient.OWN).of(difference, 0);
    }

    /** Three answers with p, reference r and sampler q: expectations are sums. */
    private static final double[] P = {0.5, 0.3, 0.2};

    private static final double[] R = {0.25, 0.25, 0.5};
    private static final double[] Q = {0.2, 0.6, 0.2};

    @Test
    void expectedValuesAreTheDivergence() {
        double kl = divergence(P, R);
        assertThat(expected(KlForm.K1)).isCloseTo(kl, within(FP64));
        assertThat(expected(KlForm.K3)).isCloseTo(kl, within(FP64));
        assertThat(expected(KlForm.K2)).isNotCloseTo(kl, within(1e-3));
    }

    private static double expected(KlForm form) {
        double sum = 0;
        for (int x = 0; x < P.length; x++) {
            sum += P[x] * of(form, Math.log(P[x] / R[x]));
        }
        return sum;
    }

    private static double divergence(double[] p, double[] r) {
        double sum = 0;
        for (int x = 0; x < p.length; x++) {
            sum += p[x] * Math.log(p[x] / r[x]);
        }
        return sum;
    }

    @Test
    void expectedGradientsAreWhatTheFormsSay() {
        double[] ofReverse = new double[P.length];
        double[] ofForward = new double[P.length];
        for (int x = 0; x < P.length; x++) {
            ofReverse[x] = P[x] * (Math.log(P[x] / R[x]) - divergence(P, R));
            ofForward[x] = P[x] - R[x];
        }
        assertClose("k1", logitGradient(KlEstimator.K1, Weighting.PLAIN, P), new double[P.length], FP64);
        KlEstimator k2 = new KlEstimator(KlForm.K2, Clamp.WIDE, Gradient.OWN);
        assertClose("k2", logitGradient(k2, Weighting.PLAIN, P), ofReverse, FP64);
        assertClose("k3", logitGradient(KlEstimator.K3, Weighting.PLAIN, P), ofForward, FP64);
        KlEstimator k3Plus = new KlEstimator(KlForm.K3, Clamp.VERL, Gradient.OF_K2);
        assertClose("k3+", logitGradient(k3Plus, Weighting.PLAIN, P), ofReverse, FP64);
        assertClose("k3 by ratio", logitGradient(KlEstimator.K3, Weighting.BY_RATIO, Q), ofReverse, FP64);
    }

    /** The gradient with respect to logits, of the expectation under a sampler. */
    private static double[] logitGradient(KlEstimator estimator, Weighting weighting, double[] sampler) {
        Tokens tokens = new Tokens(logs(P), logs(R), logs(sampler), sampler);
        double[] back = run(estimator, weighting, tokens, DataType.FLOAT64).gradients;
        double[] gradient = new double[P.length];
        for (int j = 0; j < P.length; j++) {
            for (int x = 0; x < P.length; x++) {
                gradient[j] += back[x] * ((x == j ? 1 : 0) - P[j]);
            }
        }
        return gradient;
    }

    private static double[] logs(double[] probabilities) {
        return java.util.Arrays.stream(probabilities).map(Math::log).toArray();
    }

    @TestFactory
    Stream<DynamicTest> equalPoliciesCostNothingAndExtremesStayFinite() {
        return Stream.of(KlForm.values())
                .map(form -> DynamicTest.dynamicTest(form.name(), () -> {
                    KlEstimator estimator = new KlEstimator(form, Clamp.WIDE, Gradient.OWN);
                    double[] far = {-1e4, -1e-6, -2};
                    double[] near = {-1e-6, -1e4, -2};
                    double[] ones = {1, 1, 1};
                    Result result =
                            run(estimator, Weighting.BY_RATIO, new Tokens(far, near, near, ones), DataType.FLOAT32);
                    for (int t = 0; t < far.length; t++) {
                        assertThat(result.values[t]).isFinite();
                        assertThat(result.gradients[t]).isFinite();
                    }
                    assertThat(result.values[2]).isZero();
                }));
    }

    @Test
    void refusesClampsThatOverflow() {
        assertThatThrownBy(() -> new Clamp(81, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("clamp of log-prob differences was 81.0, must be above 0 and at most 80.0, beyond which"
                        + " fp32 overflows; use 20, as verl does");
        assertThatThrownBy(() -> new Clamp(20, 0))
                .hasMessage("clamp of KL estimates was 0.0, must be above 0; use 10, as verl does");
    }
}
