package org.rft4j.algorithms.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.algorithms.likelihood.LikelihoodBench.Outcome;
import org.rft4j.core.training.Objective;

/** What holds for every loss of likelihood. */
class LikelihoodPropertiesTest {
    /** The same float64 sums in another order, relative to numbers above 1. */
    private static final double TOLERANCE_F64 = 1e-12;

    /** Metrics are told in float32. */
    private static final double TOLERANCE_F32 = 1e-5;

    private static final double STEP = 1e-6;

    /** Central differences, relative to numbers above 1. */
    private static final double TOLERANCE_DIFFERENCES = 1e-7;

    private static final LikelihoodBatch GOLDEN = LikelihoodBatch.golden();

    static Stream<Arguments> all() {
        return LikelihoodCases.ALL.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    static Stream<Arguments> smooth() {
        return LikelihoodCases.ALL.entrySet().stream()
                .filter(entry -> !LikelihoodCases.WITH_CONSTANTS.contains(entry.getKey()))
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("smooth")
    void gradientsAreDifferences(String name, Objective objective) {
        Outcome outcome = LikelihoodBench.run(objective, GOLDEN);
        differences(objective, LikelihoodBatch.LOG_PROBS, outcome.ofLogProbs());
        if (objective.needs().divergence().isPresent()) {
            differences(objective, LikelihoodBatch.DIVERGENCES, outcome.ofDivergences());
        }
    }

    private static void differences(Objective objective, String grid, double[][] gradient) {
        for (int row = 0; row < gradient.length; row++) {
            for (int t = 0; t < gradient[row].length; t++) {
                double above = LikelihoodBench.run(objective, GOLDEN.moved(grid, row, t, STEP))
                        .loss();
                double below = LikelihoodBench.run(objective, GOLDEN.moved(grid, row, t, -STEP))
                        .loss();
                assertThat((above - below) / (2 * STEP))
                        .as(grid + " " + t + " of row " + row)
                        .isCloseTo(gradient[row][t], relative(gradient[row][t], TOLERANCE_DIFFERENCES));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void neitherSplitNorPaddingMatters(String name, Objective objective) {
        Outcome whole = LikelihoodBench.run(objective, GOLDEN);
        int[][] units = {{3}, {4, 5, 6, 7}, {0, 1, 2}};
        same(whole, LikelihoodBench.of(objective, GOLDEN).split(units).run());
        same(whole, LikelihoodBench.of(objective, GOLDEN).padLeft().run());
        same(whole, LikelihoodBench.of(objective, GOLDEN).split(units).padLeft().run());
    }

    /** Units in another order, and the rows within them too; of two equally good candidates the first stays the first. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void orderDoesNotMatter(String name, Objective objective) {
        int[] order = {3, 7, 5, 4, 6, 2, 0, 1};
        Outcome straight = LikelihoodBench.run(objective, GOLDEN);
        Outcome moved = LikelihoodBench.run(objective, GOLDEN.rows(order));
        double[][] ofLogProbs =
                IntStream.of(order).mapToObj(row -> straight.ofLogProbs()[row]).toArray(double[][]::new);
        double[][] ofDivergences = IntStream.of(order)
                .mapToObj(row -> straight.ofDivergences()[row])
                .toArray(double[][]::new);
        same(new Outcome(straight.loss(), ofLogProbs, ofDivergences, straight.metrics(), 0), moved);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void rowsThatAreSkippedChangeNothing(String name, Objective objective) {
        LikelihoodBatch some = GOLDEN.mapped(row -> row.unit() == 2 ? row.withAdvantage(-1) : row);
        double[][] weights = IntStream.range(0, 8)
                .mapToObj(row -> GOLDEN.get(LikelihoodBatch.WEIGHTS)[row].clone())
                .toArray(double[][]::new);
        java.util.Arrays.fill(weights[0], 0);
        some = some.with(LikelihoodBatch.WEIGHTS, weights);
        Outcome whole = LikelihoodBench.run(objective, some);
        Outcome skipping = LikelihoodBench.of(objective, some).skippingSilent().run();
        assertThat(skipping.loss()).isCloseTo(whole.loss(), relative(whole.loss(), TOLERANCE_F64));
        close("log-prob", skipping.ofLogProbs(), whole.ofLogProbs());
        boolean byAdvantage = objective instanceof Lol lol
                && lol.options().factor() == LolFactor.ADVANTAGE
                && lol.options().kl() == 0;
        int silent = objective instanceof WeightedSft ? 1 : byAdvantage ? 5 : 0;
        assertThat(skipping.skipped()).isEqualTo(silent);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void extremesStayFinite(String name, Objective objective) {
        double[] cycle = {0, -1e-30, -80, -1e4};
        double[][] extreme = new double[8][8];
        double[][] reference = new double[8][8];
        for (int row = 0; row < 8; row++) {
            for (int t = 0; t < 8; t++) {
                extreme[row][t] = cycle[(row + t) % 4];
                reference[row][t] = cycle[(row + 2 * t + 1) % 4];
            }
        }
        Outcome outcome = LikelihoodBench.of(
                        objective,
                        GOLDEN.with(LikelihoodBatch.LOG_PROBS, extreme).with(LikelihoodBatch.REFERENCE, reference))
                .float32()
                .run();
        assertThat(outcome.loss()).isFinite();
        Stream.of(outcome.ofLogProbs())
                .forEach(row ->
                        assertThat(row).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
        outcome.metrics()
                .forEach((metric, number) ->
                        assertThat(number.value()).as(metric).isFinite());
    }

    private static void same(Outcome wanted, Outcome found) {
        assertThat(found.loss()).isCloseTo(wanted.loss(), relative(wanted.loss(), TOLERANCE_F64));
        close("log-prob", found.ofLogProbs(), wanted.ofLogProbs());
        close("divergence", found.ofDivergences(), wanted.ofDivergences());
        assertThat(found.metrics().keySet()).isEqualTo(wanted.metrics().keySet());
        for (Map.Entry<String, org.rft4j.core.loss.LossMetrics.Number> metric :
                wanted.metrics().entrySet()) {
            double value = metric.getValue().value();
            assertThat(found.metric(metric.getKey()))
                    .as(metric.getKey())
                    .isCloseTo(value, relative(value, TOLERANCE_F32));
        }
    }

    private static void close(String what, double[][] found, double[][] wanted) {
        for (int row = 0; row < wanted.length; row++) {
            for (int t = 0; t < wanted[row].length; t++) {
                assertThat(found[row][t])
                        .as(what + " " + t + " of row " + row)
                        .isCloseTo(wanted[row][t], relative(wanted[row][t], TOLERANCE_F64));
            }
        }
    }

    private static org.assertj.core.data.Offset<Double> relative(double of, double tolerance) {
        return within(tolerance * Math.max(1, Math.abs(of)));
    }
}
