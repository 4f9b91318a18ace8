package org.rft4j.algorithms.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.algorithms.testing.GroupGolden.DIFFERENCES;
import static org.rft4j.algorithms.testing.GroupGolden.FP64;
import static org.rft4j.algorithms.testing.GroupGolden.assertClose;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.algorithms.preference.PairBench.Outcome;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.TokenColumn;

/** What every preference objective must hold, whatever its loss. */
final class PreferenceSuiteTest {
    /** Loss, gradient and metrics in float32 against float64, relative to numbers above 1. */
    private static final double FP32 = 2e-5;

    private static final double STEP = 1e-5;

    private static Stream<PreferenceObjective> cases() {
        return Cases.all().values().stream();
    }

    @Test
    void theTableIsThatOfTheGoldenFile() {
        assertThat(PairRows.file().required("cases").propertyStream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrderElementsOf(Cases.all().keySet());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void lossAndGradientAreThoseOfPyTorch(String name) {
        PreferenceObjective objective = objective(name);
        JsonNode expected = Cases.golden(name);
        Outcome exact = PairBench.run(objective, Cases.rows(objective));
        double loss = expected.required("loss").doubleValue();
        assertClose("loss", new double[] {exact.loss()}, new double[] {loss}, FP64);
        assertClose("gradient", exact.gradient(), gradient(objective, expected), FP64);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void metricsAreThoseOfPyTorch(String name) {
        PreferenceObjective objective = objective(name);
        JsonNode expected = Cases.golden(name);
        Outcome single = PairBench.told(objective, Cases.rows(objective));
        assertThat(single.metrics()).hasSize(expected.required("metrics").size());
        expected.required("metrics").properties().forEach(metric -> {
            double wanted = metric.getValue().doubleValue();
            assertThat(single.metric(metric.getKey()))
                    .as(metric.getKey())
                    .isCloseTo(wanted, within(FP32 * Math.max(1, Math.abs(wanted))));
        });
        assertClose("gradient", single.gradient(), gradient(objective, expected), FP32);
    }

    private static double[][] gradient(PreferenceObjective objective, JsonNode expected) {
        double[][] all = PairRows.grid(expected.required("gradient"));
        int rowsOfUnit = objective.options().rowsOfUnit();
        return java.util.stream.IntStream.range(0, all.length)
                .filter(row -> row % 3 < rowsOfUnit)
                .mapToObj(row -> all[row])
                .toArray(double[][]::new);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void gradientIsThatOfTheLoss(String name) {
        PreferenceObjective objective = objective(name);
        if (objective.needs().squareSums()) {
            return; // the weights of pairs are constants in the gradient, but not in differences of losses
        }
        PairRows rows = Cases.rows(objective).units(0, 1);
        double[][] gradient = PairBench.run(objective, rows).gradient();
        for (int row = 0; row < gradient.length; row++) {
            for (int t = 0; t < gradient[row].length; t++) {
                double slope = !rows.trained()[row][t]
                        ? 0
                        : (moved(objective, rows, row, t, STEP) - moved(objective, rows, row, t, -STEP)) / (2 * STEP);
                assertThat(gradient[row][t])
                        .as("token " + t + " of row " + row)
                        .isCloseTo(slope, within(DIFFERENCES * Math.max(1, Math.abs(slope))));
            }
        }
    }

    private static double moved(PreferenceObjective objective, PairRows rows, int row, int t, double step) {
        double[][] moved = rows.logProbs().clone();
        moved[row] = moved[row].clone();
        moved[row][t] += step;
        return PairBench.run(objective, rows.withLogProbs(moved)).loss();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void neitherSplitNorOrderMatters(String name) {
        PreferenceObjective objective = objective(name);
        PairRows rows = Cases.rows(objective);
        Outcome whole = PairBench.run(objective, rows);
        Outcome split = PairBench.run(objective, rows, DataType.FLOAT64, new int[][] {{3}, {2, 0}, {1}});
        assertClose("loss", new double[] {split.loss()}, new double[] {whole.loss()}, FP64);
        assertClose("gradient", split.gradient(), whole.gradient(), FP64);
        int[] order = {2, 0, 3, 1};
        Outcome shuffled = PairBench.run(objective, rows.units(order));
        assertClose("loss", new double[] {shuffled.loss()}, new double[] {whole.loss()}, FP64);
        assertClose("gradient", shuffled.gradient(), PairRows.select(whole.gradient(), rows.rowsOf(order)), FP64);
        Map<String, LossMetrics.Number> told = PairBench.told(objective, rows).metrics();
        Map<String, LossMetrics.Number> toldInParts = PairBench.run(
                        objective, rows, DataType.FLOAT32, new int[][] {{3, 1}, {0}, {2}})
                .metrics();
        assertThat(toldInParts).containsOnlyKeys(told.keySet());
        told.forEach((metric, number) -> assertThat(toldInParts.get(metric).value())
                .as(metric)
                .isCloseTo(number.value(), within(FP32 * Math.max(1, Math.abs(number.value())))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void theSideOfPaddingDoesNotMatter(String name) {
        PreferenceObjective objective = objective(name);
        PairRows rows = Cases.rows(objective);
        Outcome right = PairBench.run(objective, rows);
        Outcome left = PairBench.run(objective, rows.paddedLeft());
        assertClose("loss", new double[] {left.loss()}, new double[] {right.loss()}, FP64);
        assertClose("gradient", left.gradient(), rows.toTheRight(right.gradient()), FP64);
    }

    /** Answers a thousand times e more and less likely than under the reference, and answers that are certain. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void extremesStayFinite(String name) {
        PreferenceObjective objective = objective(name);
        PairRows rows = Cases.rows(objective);
        for (int variant = 0; variant < 4; variant++) {
            double[][] logProbs = new double[rows.logProbs().length][rows.logProbs()[0].length];
            double[][] references = new double[logProbs.length][logProbs[0].length];
            for (int row = 0; row < logProbs.length; row++) {
                java.util.Arrays.fill(logProbs[row], (row + variant) % 2 == 0 ? 0 : -1e3);
                java.util.Arrays.fill(references[row], variant < 2 && (row + variant) % 2 == 0 ? -1e3 : -1e-30);
            }
            PairRows extreme = rows.withLogProbs(logProbs)
                    .with(TokenColumn.REFERENCE_LOG_PROB, references)
                    .with(TokenColumn.OLD_LOG_PROB, references);
            Outcome outcome = PairBench.told(objective, extreme);
            assertThat(outcome.loss()).isFinite();
            for (double[] row : outcome.gradient()) {
                assertThat(row).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
            }
            outcome.metrics()
                    .forEach((metric, number) ->
                            assertThat(number.value()).as(metric).isFinite());
        }
    }

    private static Stream<String> named() {
        return cases().map(PreferenceObjective::name);
    }

    private static PreferenceObjective objective(String name) {
        return java.util.Objects.requireNonNull(Cases.all().get(name), name);
    }
}
