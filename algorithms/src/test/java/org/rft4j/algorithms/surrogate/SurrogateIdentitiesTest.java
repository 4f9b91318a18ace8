package org.rft4j.algorithms.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.algorithms.ratio.RatioLevel;

/** What surrogates become at their limits, and single numbers that the references name. */
final class SurrogateIdentitiesTest {
    /** Both sides in float64. */
    private static final double TOLERANCE_F64 = 1e-12;

    /** A gate of tau 1e-6 is the plain ratio but for terms of the order of tau. */
    private static final double TOLERANCE_SMALL_TAU = 1e-5;

    private static final Grid GRID = Grid.golden();
    private static final Grid NEAR = GRID.rows(0, 1, 2, 4);
    private static final Grid FIRST_STEP = NEAR.with(Grid.OLD, NEAR.get(Grid.LOG_PROBS))
            .with(Grid.SAMPLER, NEAR.get(Grid.LOG_PROBS))
            .with(Grid.CHOSEN, new double[4][6]);

    static Stream<String> tokenLosses() {
        return Cases.SURROGATES.keySet().stream().filter(name -> !name.startsWith("gmpo") && !name.equals("opmd"));
    }

    @ParameterizedTest
    @MethodSource("tokenLosses")
    void atRatioOneTheGradientIsThatOfThePolicyGradient(String name) {
        Grid grid = FIRST_STEP;
        double[][] gradient = gradient(Cases.SURROGATES.get(name), RatioLevel.TOKEN, grid);
        assertClose(gradient, minusAdvantageTimesWeight(grid));
        assertClose(gradient(Cases.SURROGATES.get(name), RatioLevel.SEQUENCE_TOKEN, grid), gradient);
    }

    @Test
    void opmdIsThePolicyGradientTimesAFactor() {
        assertClose(gradient(new Opmd(0), RatioLevel.TOKEN, NEAR), minusAdvantageTimesWeight(NEAR));
        assertClose(gradient(new Opmd(1), RatioLevel.TOKEN, NEAR), times(minusAdvantageTimesWeight(NEAR), 0.5));
    }

    @Test
    void droWithoutPenaltyIsThePolicyGradient() {
        assertClose(gradient(new Dro(0), RatioLevel.TOKEN, NEAR), minusAdvantageTimesWeight(NEAR));
    }

    @Test
    void gspoAtRatioOneIsGrpoUnderASequenceMean() {
        Grid grid = withSequenceMeanWeights(withEqualAdvantages(FIRST_STEP));
        double[][] grpo = gradient(PpoClip.of(0.2, 0.2), RatioLevel.TOKEN, grid);
        assertClose(gradient(PpoClip.of(3e-4, 4e-4), RatioLevel.SEQUENCE_MEAN, grid), grpo);
        assertClose(gradient(Gmpo.PAPER, RatioLevel.TOKEN, grid), grpo);
    }

    @Test
    void gspoTokenIsGspoWhereTheAdvantagesOfASequenceAreEqual() {
        Grid grid = withSequenceMeanWeights(withEqualAdvantages(NEAR));
        PpoClip clip = PpoClip.of(0.2, 0.3);
        Bench.Result mean = Bench.run(clip, RatioLevel.SEQUENCE_MEAN, grid, DataType.FLOAT64);
        Bench.Result token = Bench.run(clip, RatioLevel.SEQUENCE_TOKEN, grid, DataType.FLOAT64);
        assertThat(token.loss()).isCloseTo(mean.loss(), within(TOLERANCE_F64));
        assertClose(token.gradient(), mean.gradient());
    }

    @Test
    void gmpoWithoutBoundsIsGspoWithoutBounds() {
        double none = Double.POSITIVE_INFINITY;
        Grid grid = withEqualAdvantages(NEAR);
        assertClose(
                gradient(new Gmpo(none, none), RatioLevel.TOKEN, grid),
                gradient(PpoClip.UNCLIPPED, RatioLevel.SEQUENCE_MEAN, grid));
    }

    @Test
    void withoutBoundsAllAreImportanceWeightedPolicyGradients() {
        double none = Double.POSITIVE_INFINITY;
        double[][] expected = minusAdvantageTimesWeight(NEAR);
        for (int row = 0; row < NEAR.rows(); row++) {
            for (int t = 0; t < NEAR.columns(); t++) {
                expected[row][t] *= Math.exp(NEAR.get(Grid.LOG_PROBS)[row][t] - NEAR.get(Grid.OLD)[row][t]);
            }
        }
        assertClose(gradient(PpoClip.UNCLIPPED, RatioLevel.TOKEN, NEAR), expected);
        assertClose(gradient(Cispo.upTo(none), RatioLevel.TOKEN, NEAR), expected);
        assertClose(gradient(new KlCov(1, 0), RatioLevel.TOKEN, NEAR), expected);
        for (Dppo.Divergence divergence : Dppo.Divergence.values()) {
            assertClose(gradient(new Dppo(divergence, none, none, none), RatioLevel.TOKEN, NEAR), expected);
        }
        assertClose(gradient(new Dppo(Dppo.Divergence.TOTAL_VARIATION, 1, 1, none), RatioLevel.TOKEN, NEAR), expected);
        Grid sampledByOld = NEAR.with(Grid.SAMPLER, NEAR.get(Grid.OLD));
        assertClose(gradient(new MiniRl(1, none, none), RatioLevel.TOKEN, sampledByOld), expected);
        double[][] softest = gradient(new Sapo(1e-6, 1e-6), RatioLevel.TOKEN, NEAR);
        for (int row = 0; row < NEAR.rows(); row++) {
            for (int t = 0; t < NEAR.columns(); t++) {
                assertThat(softest[row][t]).isCloseTo(expected[row][t], within(TOLERANCE_SMALL_TAU));
            }
        }
    }

    @Test
    void zeroAdvantagesGiveNoGradient() {
        Grid grid = NEAR.with(Grid.ADVANTAGES, new double[4][6]).with(Grid.CHOSEN, new double[4][6]);
        Map<String, Surrogate> surrogates = new LinkedHashMap<>(Cases.SURROGATES);
        surrogates.remove("dro"); // its penalty stays
        for (Surrogate surrogate : surrogates.values()) {
            assertThat(Arrays.stream(gradient(surrogate, RatioLevel.TOKEN, grid))
                            .flatMapToDouble(Arrays::stream))
                    .as(surrogate.toString())
                    .allMatch(slope -> slope == 0); // of either sign
        }
    }

    /** methods-finetuning C1: A=-1, r=5 is 5 without and 3 with dual clip; A=1, r=1.5 is -1.2. */
    @ParameterizedTest
    @CsvSource({
        "-1, 5,   Infinity, Infinity, 5,    5",
        "-1, 5,   Infinity, 3,        3,    0",
        "-1, 5,   4,        Infinity, 4,    0",
        "-1, 5,   4,        3,        3,    0",
        "-1, 2,   4,        3,        2,    2",
        " 1, 1.5, Infinity, Infinity, -1.2, 0",
        " 1, 1.5, 4,        3,        -1.2, 0",
        " 1, 0.5, Infinity, Infinity, -0.5, -0.5",
        "-1, 0.5, Infinity, 3,        0.8,  0",
    })
    void ppoClip(double advantage, double ratio, double delta, double dual, double loss, double gradient) {
        checkToken(PpoClip.of(0.2, 0.2).withDelta(delta).withDualClip(dual), advantage, ratio, loss, gradient);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1.5, false", "1, 1.6, true", "1, 0.2, false",
        "-1, 0.5, false", "-1, 0.4, true", "-1, 3, false",
        "0, 3, false", "0, 0.2, false",
    })
    void ppoClipHoldsBackWhatGoesOnInTheDirectionOfItsAdvantage(double advantage, double ratio, boolean heldBack) {
        assertThat(PpoClip.of(0.5, 0.5).holdsBack(ratio, advantage)).isEqualTo(heldBack);
    }

    /** methods-feedback 11: the clip range is [.90909, 1.1]. */
    @ParameterizedTest
    @CsvSource({"1, 1.2, -1.1, 0", "-1, 0.9, 0.9090909090909091, 0", "1, 0.9, -0.9, -0.9", "-1, 0.92, 0.92, 0.92"})
    void loop(double advantage, double ratio, double loss, double gradient) {
        checkToken(PpoClip.loop(0.1), advantage, ratio, loss, gradient);
    }

    /** methods-feedback 29: left out are A above 0 with r above 1.27 and A below 0 with r below 0.8, and no others. */
    @ParameterizedTest
    @CsvSource({"1, 1.3, 0", "-1, 1.3, 1.3", "1, 0.7, -0.7", "-1, 0.7, 0", "1, 1.26, -1.26", "-1, 0.81, 0.81"})
    void miniRlMask(double advantage, double ratio, double gradient) {
        checkToken(MiniRl.PAPER, advantage, ratio, gradient * (Math.log(ratio) - 3), gradient);
    }

    @Test
    void miniRlCapsTheWeightAgainstTheSampler() {
        Grid token = Grid.row(new double[] {-1}, new double[] {-1}, new double[] {1})
                .with(Grid.SAMPLER, new double[][] {{-1 - Math.log(7)}});
        assertThat(gradient(MiniRl.PAPER, RatioLevel.TOKEN, token)[0][0]).isCloseTo(-5, within(TOLERANCE_F64));
        assertThat(gradient(new MiniRl(0.2, 0.27, 8), RatioLevel.TOKEN, token)[0][0])
                .isCloseTo(-7, within(TOLERANCE_F64));
    }

    @ParameterizedTest
    @CsvSource({"1, 2, -1", "-1, 2, 1", "-1, 0.25, 0.25", "1, 0.25, -1"})
    void toprFadesBadSamplesAlone(double advantage, double ratio, double gradient) {
        checkToken(new Topr(), advantage, ratio, gradient * (Math.log(ratio) - 3), gradient);
    }

    @Test
    void toprOfASequenceWeighsWithItsWholeProbability() {
        Grid bad = Grid.row(new double[] {-2, -3}, new double[] {-1, -2}, new double[] {-1, -1});
        double weight = Math.exp(-2);
        assertClose(gradient(new Topr(), RatioLevel.SEQUENCE_SUM, bad), new double[][] {{weight, weight}});
    }

    @Test
    void smallestAndLargestShareOfASequence() {
        Grid one = Grid.row(new double[] {-3, -3, -1, -1}, new double[] {-2, -3, -2, -1}, new double[] {-1, -1, 1, 1});
        Grid other =
                Grid.row(new double[] {-3, -3, -1, -1}, new double[] {-2, -2, -1, -1}, new double[] {-1, -1, 1, 1});
        assertThat(shares(one)).containsExactly(0.25, 0.25);
        assertThat(shares(other)).containsExactly(0.5, 0);
    }

    private static double[] shares(Grid grid) {
        Bench.Result result = Bench.run(PpoClip.of(0.2, 0.2), RatioLevel.TOKEN, grid, DataType.FLOAT32);
        return new double[] {
            result.metrics().get("clip_ratio/low_min").value(),
            result.metrics().get("clip_ratio/high_max").value()
        };
    }

    private static void checkToken(Surrogate surrogate, double advantage, double ratio, double loss, double gradient) {
        Grid token = Grid.row(new double[] {Math.log(ratio) - 3}, new double[] {-3}, new double[] {advantage});
        Bench.Result result = Bench.run(surrogate, RatioLevel.TOKEN, token, DataType.FLOAT64);
        assertThat(result.loss()).isCloseTo(loss, within(TOLERANCE_F64));
        assertThat(result.gradient()[0][0]).isCloseTo(gradient, within(TOLERANCE_F64));
    }

    private static double[][] gradient(Surrogate surrogate, RatioLevel level, Grid grid) {
        return Bench.run(surrogate, level, grid, DataType.FLOAT64).gradient();
    }

    private static double[][] minusAdvantageTimesWeight(Grid grid) {
        double[][] expected = new double[grid.rows()][grid.columns()];
        for (int row = 0; row < grid.rows(); row++) {
            for (int t = 0; t < grid.columns(); t++) {
                expected[row][t] = -grid.get(Grid.ADVANTAGES)[row][t] * grid.get(Grid.WEIGHTS)[row][t];
            }
        }
        return expected;
    }

    private static Grid withEqualAdvantages(Grid grid) {
        double[][] equal = new double[grid.rows()][grid.columns()];
        for (int row = 0; row < grid.rows(); row++) {
            for (int t = 0; t < grid.columns(); t++) {
                equal[row][t] = grid.trained(row, t) ? (row % 2 == 0 ? 0.7 : -1.3) : 0;
            }
        }
        return grid.with(Grid.ADVANTAGES, equal);
    }

    private static Grid withSequenceMeanWeights(Grid grid) {
        double[][] weights = new double[grid.rows()][grid.columns()];
        for (int row = 0; row < grid.rows(); row++) {
            for (int t = 0; t < grid.columns(); t++) {
                weights[row][t] = grid.trained(row, t) ? 1.0 / grid.tokens(row) / grid.rows() : 0;
            }
        }
        return grid.with(Grid.WEIGHTS, weights);
    }

    private static double[][] times(double[][] values, double factor) {
        return Arrays.stream(values)
                .map(row -> Arrays.stream(row).map(x -> x * factor).toArray())
                .toArray(double[][]::new);
    }

    private static void assertClose(double[][] actual, double[][] expected) {
        assertThat(actual).hasDimensions(expected.length, expected[0].length);
        for (int row = 0; row < actual.length; row++) {
            for (int t = 0; t < actual[row].length; t++) {
                assertThat(actual[row][t])
                        .as("[" + row + "][" + t + "]")
                        .isCloseTo(expected[row][t], within(TOLERANCE_F64 * Math.max(1, Math.abs(expected[row][t]))));
            }
        }
    }
}
