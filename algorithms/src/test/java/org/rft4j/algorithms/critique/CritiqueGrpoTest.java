package org.rft4j.algorithms.critique;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.algorithms.advantage.GroupRelative;
import org.rft4j.algorithms.advantage.RewardScale;
import org.rft4j.algorithms.advantage.SingletonRule;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.algorithms.testing.MethodBench;
import org.rft4j.algorithms.testing.MethodBench.Outcome;
import org.rft4j.algorithms.testing.MethodChecks;
import org.rft4j.algorithms.testing.RowBatch;
import org.rft4j.algorithms.testing.RowSpec;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.Needs;
import org.rft4j.engine.InvalidInputException;

class CritiqueGrpoTest {
    private static final double TOLERANCE = 1e-7;

    private static final CritiqueGrpoOptions PAPER = CritiqueGrpoOptions.paper(16);

    /** Sums, so that gradients are coefficients. */
    private static final CritiqueGrpoOptions SUMS = PAPER.withWeights(new Aggregation.TokenSum(1));

    static Stream<Arguments> variants() {
        return Stream.of(
                Arguments.of("paper", PAPER),
                Arguments.of("released", CritiqueGrpoOptions.released(16)),
                Arguments.of("other gamma", CritiqueGrpoOptions.paper(4).withShaping(new ShapedLikelihood(0.5))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void columnsLossAndGradientsAreThoseOfPyTorch(String name, CritiqueGrpoOptions options) {
        MethodChecks.matchesGolden(
                () -> new CritiqueGrpo(options), RowBatch.golden("critique").required(name));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void neitherSplitNorOrderNorGapsMatter(String name, CritiqueGrpoOptions options) {
        Supplier<Algorithm> algorithm = () -> new CritiqueGrpo(options);
        RowBatch batch = RowBatch.golden();
        MethodChecks.splitsDoNotMatter(algorithm, batch);
        MethodChecks.orderDoesNotMatter(algorithm, batch);
        MethodChecks.gapsDoNotMatter(algorithm, batch);
        MethodChecks.extremesStayFinite(algorithm, batch);
    }

    @ParameterizedTest
    @CsvSource({"logProbs", "entropies"})
    void gradientsAreDifferences(String leaf) {
        CritiqueGrpoOptions options = SUMS.withEntropyCoefficient(0.1);
        MethodChecks.gradientsAreDifferences(() -> new CritiqueGrpo(options), leaf, RowBatch.golden());
    }

    @Test
    void withoutRefinementsItIsDrGrpo() {
        RowBatch batch = RowBatch.onPolicy(
                -1, RowSpec.answer(0, 1, 3), RowSpec.answer(0, 0, 1), RowSpec.answer(0, 0, 2), RowSpec.answer(0, 0, 3));
        double[][] gradient = MethodBench.run(new CritiqueGrpo(PAPER), batch).gradient(RowBatch.LOG_PROBS);
        double scale = 1 / (4 * 16.0);
        double up = -0.75 * scale;
        double down = 0.25 * scale;
        MethodChecks.assertSame(
                "gradient",
                gradient,
                new double[][] {{0, up, up, up}, {0, down, 0, 0}, {0, down, down, 0}, {0, down, down, down}},
                TOLERANCE);
    }

    /** Seven or eight wrong answers and a right refinement. */
    @ParameterizedTest
    @CsvSource({"7, 0.875, -0.125", "8, 0.88888889, -0.11111111"})
    void advantagesAreThoseOfTheReference(int wrong, float ofRefinement, float ofAnswers) {
        RowSpec[] specs = new RowSpec[wrong + 1];
        java.util.Arrays.setAll(specs, row -> RowSpec.answer(0, row == wrong ? 1 : 0, 1));
        specs[wrong] = specs[wrong].asRefined();
        Outcome outcome = MethodBench.run(new CritiqueGrpo(PAPER), RowBatch.onPolicy(-1, specs));
        assertThat(outcome.column("advantage")[wrong][1]).isEqualTo(ofRefinement);
        assertThat(outcome.column("advantage")[0][1]).isEqualTo(ofAnswers);
        assertThat(outcome.column("critique_refined")[wrong][1]).isEqualTo(1);
        assertThat(outcome.column("critique_refined")[0][1]).isZero();
        assertThat(outcome.estimate().metrics())
                .isEqualTo(Map.of(
                        "critique/frac_refined_rows", 1.0 / (wrong + 1),
                        "critique/refinement_reward", 1.0,
                        "critique/answer_reward", 0.0));
    }

    /** At gamma 0.1: probability, f, slope by log p. */
    @ParameterizedTest
    @CsvSource({"0.9, 0.9, 0.09", "0.5, 0.83333333, 0.13888889", "0.1, 0.5, 0.25", "0.01, 0.09090909, 0.08264463"})
    void shapingIsThatOfTheReference(double probability, double shaped, double slope) {
        Outcome outcome = refinementOf(probability, 0.1);
        assertThat(outcome.loss()).isCloseTo(-0.5 * shaped + 0.5, within(TOLERANCE));
        assertThat(outcome.gradient(RowBatch.LOG_PROBS)[1][1]).isCloseTo(-0.5 * slope, within(TOLERANCE));
    }

    /** A wrong answer of ratio 1 and a right refinement: advantages of a half. */
    private static Outcome refinementOf(double probability, double gamma) {
        RowBatch batch = RowBatch.onPolicy(
                Math.log(probability),
                RowSpec.answer(0, 0, 1),
                RowSpec.answer(0, 1, 1).asRefined());
        return MethodBench.run(new CritiqueGrpo(SUMS.withShaping(new ShapedLikelihood(gamma))), batch);
    }

    @Test
    void theSlopeIsLargestAtGamma() {
        double[] slopes = Stream.of(0.29, 0.3, 0.31)
                .mapToDouble(p -> -2 * refinementOf(p, 0.3).gradient(RowBatch.LOG_PROBS)[1][1])
                .toArray();
        assertThat(slopes[1])
                .isCloseTo(0.25, within(TOLERANCE))
                .isGreaterThan(slopes[0])
                .isGreaterThan(slopes[2]);
    }

    @Test
    void aLargeGammaWeighsByLikelihoodAndASmallOneNotAtAll() {
        double large = 1e8;
        assertThat(-2 * large * refinementOf(0.3, large).gradient(RowBatch.LOG_PROBS)[1][1])
                .isCloseTo(0.3, within(TOLERANCE));
        Outcome small = refinementOf(0.3, 1e-9);
        assertThat(small.gradient(RowBatch.LOG_PROBS)[1][1]).isCloseTo(0, within(TOLERANCE));
        assertThat(small.loss()).isCloseTo(0, within(TOLERANCE));
    }

    @Test
    void aDeviationIsAChoice() {
        CritiqueGrpoOptions scaled =
                PAPER.withAdvantage(new GroupRelative.Options(RewardScale.POPULATION, SingletonRule.ZERO));
        RowBatch batch = RowBatch.onPolicy(
                -1, RowSpec.answer(0, 0, 1), RowSpec.answer(0, 1, 1).asRefined());
        Outcome outcome = MethodBench.run(new CritiqueGrpo(scaled), batch);
        assertThat(outcome.column("advantage")[1][1]).isEqualTo(1);
    }

    @Test
    void itSaysWhatItNeedsAndRefusesWhatMakesNoSense() {
        CritiqueGrpo algorithm = new CritiqueGrpo(CritiqueGrpoOptions.released(16));
        assertThat(algorithm.name()).isEqualTo("critique-grpo");
        assertThat(algorithm.needs())
                .isEqualTo(Needs.ratio(Needs.OldLogProbs.ROUND_START).withEntropy(true));
        assertThat(new CritiqueGrpo(PAPER).needs()).isEqualTo(Needs.ratio(Needs.OldLogProbs.ROUND_START));
        assertThat(algorithm.weights().of(new int[] {3, 1, 0})).containsExactly(1 / 32.0, 1 / 32.0, 0);
        assertThatThrownBy(() -> PAPER.withRefinementTurn(0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("refinementTurn was 0, must be at least 1, turn 0 is the first answer; "
                        + "use 1 with a critic, 2 where the policy criticises itself");
        assertThatThrownBy(() -> PAPER.withCombination(Combination.UNION, -1))
                .hasMessage("refinements was -1, must be at least 0; use 1; 0 is Dr.GRPO");
        assertThatThrownBy(() -> PAPER.withPassMark(Double.NaN))
                .hasMessage("passMark was NaN, must be finite; use 1 for rewards of 0 and 1");
        assertThatThrownBy(() -> PAPER.withEntropyCoefficient(Double.NaN))
                .hasMessage("entropyCoefficient was NaN, must be finite; use 0 for none");
        assertThatThrownBy(() -> new ShapedLikelihood(0))
                .hasMessage("gamma was 0.0, must be finite and above 0; use 0.1");
    }
}
