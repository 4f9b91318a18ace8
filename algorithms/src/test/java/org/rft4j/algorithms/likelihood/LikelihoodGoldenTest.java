package org.rft4j.algorithms.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.algorithms.likelihood.LikelihoodBench.Outcome;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.training.Objective;

/** Losses, gradients and metrics against PyTorch. */
class LikelihoodGoldenTest {
    /** Columns are floats, all else is float64; relative to numbers above 1. */
    private static final double TOLERANCE_COLUMNS = 1e-6;

    /** float32 throughout, relative to numbers above 1. */
    private static final double TOLERANCE_F32 = 1e-5;

    private static final JsonNode FILE = LikelihoodBatch.read("likelihood.json");

    static Stream<Arguments> cases() {
        return LikelihoodCases.ALL.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @Test
    void everyCaseIsTried() {
        Set<String> found = new HashSet<>();
        FILE.required("cases").properties().forEach(entry -> found.add(entry.getKey()));
        assertThat(LikelihoodCases.ALL.keySet()).isEqualTo(found);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void lossAndGradientsAreThoseOfPyTorch(String name, Objective objective) {
        JsonNode expected = FILE.required("cases").required(name);
        Outcome exact = LikelihoodBench.run(objective, LikelihoodBatch.golden());
        Outcome single = LikelihoodBench.of(objective, LikelihoodBatch.golden())
                .float32()
                .run();
        check(exact, expected, TOLERANCE_COLUMNS);
        check(single, expected, TOLERANCE_F32);
    }

    private static void check(Outcome outcome, JsonNode expected, double tolerance) {
        assertClose("loss", outcome.loss(), expected.required("loss").doubleValue(), tolerance);
        JsonNode gradients = expected.required("gradients");
        check("log-prob", outcome.ofLogProbs(), LikelihoodBatch.grid(gradients.required("logProbs")), tolerance);
        check(
                "divergence",
                outcome.ofDivergences(),
                LikelihoodBatch.grid(gradients.required("divergences")),
                tolerance);
    }

    private static void check(String what, double[][] found, double[][] wanted, double tolerance) {
        assertThat(found.length).isEqualTo(wanted.length);
        for (int row = 0; row < found.length; row++) {
            for (int t = 0; t < found[row].length; t++) {
                assertClose(what + " " + t + " of row " + row, found[row][t], wanted[row][t], tolerance);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void metricsAreThoseOfPyTorch(String name, Objective objective) {
        Map<String, LossMetrics.Number> told =
                LikelihoodBench.run(objective, LikelihoodBatch.golden()).metrics();
        Set<String> expected = new HashSet<>();
        FILE.required("cases").required(name).required("metrics").properties().forEach(metric -> {
            expected.add(metric.getKey());
            LossMetrics.Number found = told.get(metric.getKey());
            assertThat(found).as(metric.getKey()).isNotNull();
            assertClose(metric.getKey(), found.value(), metric.getValue().doubleValue(), TOLERANCE_F32);
        });
        assertThat(told.keySet()).isEqualTo(expected);
    }

    /** {@code SFTTrainer} of TRL 1.16.0, in fp32, with two micro-batches. */
    @Test
    void fineTuningIsThatOfTrl() {
        JsonNode trl = LikelihoodBatch.read("likelihood_trl.json");
        LikelihoodBatch batch = LikelihoodBatch.of(LikelihoodBatch.grid(trl.required("logProbs")));
        int[][] split = {{0, 1}, {2, 3}};
        double nll = LikelihoodBench.of(LikelihoodPresets.sft(), batch)
                .split(split)
                .run()
                .loss();
        double dft = LikelihoodBench.of(LikelihoodPresets.dft(), batch)
                .split(split)
                .run()
                .loss();
        assertClose("nll", nll, trl.required("nll").doubleValue(), TOLERANCE_COLUMNS);
        assertClose("dft", dft, trl.required("dft").doubleValue(), TOLERANCE_COLUMNS);
    }

    private static void assertClose(String what, double actual, double expected, double tolerance) {
        assertThat(actual).as(what).isCloseTo(expected, within(tolerance * Math.max(1, Math.abs(expected))));
    }
}
