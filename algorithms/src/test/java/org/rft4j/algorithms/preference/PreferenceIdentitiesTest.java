package org.rft4j.algorithms.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.algorithms.testing.GroupGolden.FP64;
import static org.rft4j.algorithms.testing.GroupGolden.assertClose;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.algorithms.preference.PairBench.Outcome;
import org.rft4j.core.loss.TokenColumn;

/** What becomes of one loss when another's numbers are put into it. */
final class PreferenceIdentitiesTest {
    /** Of a limit that is approached, not reached. */
    private static final double NEAR = 1e-6;

    /** The score of an alpha a hundred-thousandth from 1 is off by that times half the square of the log-ratio. */
    private static final double TOWARDS_ONE = 1e-4;

    private static final PairRows ROWS = PairRows.golden(2, false);

    /** The policy is the reference. */
    private static final PairRows STILL = ROWS.with(TokenColumn.REFERENCE_LOG_PROB, ROWS.logProbs());

    private static PreferenceObjective fixed(PairLoss loss) {
        return new PreferenceObjective(PreferenceOptions.of("fixed", loss, PairReference.FIXED));
    }

    private static PreferenceObjective free(PairLoss loss) {
        return new PreferenceObjective(PreferenceOptions.of("free", loss, PairReference.NONE));
    }

    /** One pair of one token each, with these log-ratios. */
    private static PairRows pair(double chosen, double rejected) {
        return PairRows.uniform(2, new double[] {1, chosen - 3, -3}, new double[] {1, rejected - 3, -3});
    }

    private static void assertSame(PreferenceObjective one, PreferenceObjective other, PairRows rows) {
        assertSame(one, rows, other, rows, FP64);
    }

    private static void assertSame(
            PreferenceObjective one, PairRows rows, PreferenceObjective other, PairRows otherRows, double tolerance) {
        Outcome first = PairBench.run(one, rows);
        Outcome second = PairBench.run(other, otherRows);
        assertThat(first.loss()).isCloseTo(second.loss(), within(tolerance));
        assertClose("gradient", first.gradient(), second.gradient(), tolerance);
    }

    static Stream<Arguments> whereNothingHasMoved() {
        double log2 = Math.log(2);
        return Stream.of(
                Arguments.of(Sigmoid.of(0.1), log2),
                Arguments.of(Sigmoid.of(5), log2),
                Arguments.of(new Sigmoid(0.7, 0.3, Length.SUM, Margin.NONE), log2),
                Arguments.of(new Sigmoid(0.7, 0, Length.MEAN, Margin.NONE), log2),
                Arguments.of(new Robust(0.4, 0.2), log2),
                Arguments.of(new Hinge(0.3), 1.0),
                Arguments.of(new Ipo(0.2, Length.SUM), 1 / (4 * 0.2 * 0.2)),
                Arguments.of(new Ipo(0.5, Length.MEAN), 1.0),
                Arguments.of(new NcaPair(0.2), 2 * log2),
                Arguments.of(new BcoPair(0.2), 2 * log2),
                Arguments.of(new SppoHard(0.2), 1 / (2 * 0.2 * 0.2)),
                Arguments.of(new ExoPair(0.2, 0.1), -log2 - 0.5 * Math.log(0.9) - 0.5 * Math.log(0.1)),
                Arguments.of(new ApoZero(0.2), 1.0),
                Arguments.of(new ApoDown(0.2), 1.0),
                Arguments.of(new DiscoPop(0.2, 0.05), 0.5 + 0.5 * log2));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whereNothingHasMoved")
    void whereThePolicyIsTheReferenceTheLossIsAConstant(PairLoss loss, double expected) {
        assertThat(PairBench.run(fixed(loss), STILL).loss()).isCloseTo(expected, within(FP64));
        Outcome told = PairBench.told(fixed(loss), STILL);
        assertThat(told.metric("rewards/chosen")).isZero();
        assertThat(told.metric("rewards/accuracies")).isZero();
        assertThat(told.metric("logps/rejected_minus_reference")).isZero();
    }

    @Test
    void aRoundsFirstStepHasTheLossLogTwoAndTheSlopeOfLikelihoods() {
        Outcome first = PairBench.run(
                PreferencePresets.iterativeDpo(0.1), ROWS.with(TokenColumn.OLD_LOG_PROB, ROWS.logProbs()));
        assertThat(first.loss()).isCloseTo(Math.log(2), within(FP64));
        assertThat(first.gradient()[0][2]).isCloseTo(-0.1 / 2 / ROWS.units(), within(FP64));
        assertThat(first.gradient()[1][2]).isCloseTo(0.1 / 2 / ROWS.units(), within(FP64));
    }

    @Test
    void aSmallBetaLeavesTheDifferenceOfLikelihoods() {
        double beta = 1e-9;
        Outcome small = PairBench.run(PreferencePresets.dpo(beta), ROWS);
        assertThat(small.loss()).isCloseTo(Math.log(2), within(NEAR));
        assertThat(small.gradient()[0][2] / beta).isCloseTo(-0.5 / ROWS.units(), within(NEAR));
    }

    @Test
    void labelsThatSayNothingAreBestMetByNoDifference() {
        double[][] gradient = PairBench.run(PreferencePresets.conservativeDpo(0.5, 0.5), STILL)
                .gradient();
        assertThat(gradient[0][2]).isCloseTo(0, within(FP64));
        double[][] below = PairBench.run(PreferencePresets.conservativeDpo(0.5, 0.5), pair(0, 1))
                .gradient();
        assertThat(below[0][1]).isNegative();
    }

    @ParameterizedTest
    @CsvSource({"0.1, 5", "2, 0.25"})
    void ipoIsLowestAtAFixedLogRatio(double beta, double h) {
        Outcome optimum = PairBench.run(PreferencePresets.ipo(beta), pair(h + 0.3, 0.3));
        assertThat(optimum.loss()).isCloseTo(0, within(FP64));
        assertThat(optimum.gradient()[0][1]).isCloseTo(0, within(FP64));
        assertThat(PairBench.run(PreferencePresets.ipo(beta), pair(h + 1, 0)).gradient()[0][1])
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.4})
    void robustDpoIsUnbiasedUnderWrongLabels(double epsilon) {
        PreferenceObjective robust = fixed(new Robust(0.3, epsilon));
        double right = PairBench.run(robust, pair(1.5, -0.7)).loss();
        double wrong = PairBench.run(robust, pair(-0.7, 1.5)).loss();
        double clean =
                PairBench.run(PreferencePresets.dpo(0.3), pair(1.5, -0.7)).loss();
        assertThat((1 - epsilon) * right + epsilon * wrong).isCloseTo(clean, within(FP64));
    }

    @Test
    void exoIsLowestWhereThePolicyIsAsSureAsTheLabels() {
        double epsilon = 0.1;
        double z = Math.log((1 - epsilon) / epsilon);
        Outcome optimum = PairBench.run(fixed(new ExoPair(0.5, epsilon)), pair(z, -z));
        assertThat(optimum.loss()).isCloseTo(0, within(FP64));
        assertThat(optimum.gradient()[0][1]).isCloseTo(0, within(FP64));
    }

    @Test
    void ncaKeepsTheChosenAnswerWhereItIs() {
        assertThat(PairBench.run(fixed(new NcaPair(1)), pair(Math.log(2), -9)).gradient()[0][1])
                .isCloseTo(0, within(FP64));
    }

    @Test
    void bcoBoundsDpo() {
        for (double[] u : new double[][] {{0, 0}, {2, -3}, {-4, 5}, {30, 1}}) {
            assertThat(PairBench.run(fixed(new BcoPair(0.5)), pair(u[0], u[1])).loss())
                    .isGreaterThan(PairBench.run(PreferencePresets.dpo(0.5), pair(u[0], u[1]))
                            .loss());
        }
    }

    @Test
    void tpoWithoutLikelihoodIsCpoWithout() {
        PreferenceObjective tpo =
                new PreferenceObjective(PreferencePresets.tpo().options().withoutLikelihood());
        PreferenceObjective cpo =
                new PreferenceObjective(PreferencePresets.cpo().options().withoutLikelihood());
        assertSame(tpo, cpo, ROWS);
    }

    /** The slopes of the gold row and of the chosen row, which are of the same tokens, add up. */
    @Test
    void tpoWhoseGoldAnswerIsTheChosenOneIsCpo() {
        PairRows triple =
                PairRows.uniform(3, new double[] {6, -2, 0}, new double[] {5, -3, 0}, new double[] {6, -2, 0});
        PairRows pair = PairRows.uniform(2, new double[] {6, -2, 0}, new double[] {5, -3, 0});
        PreferenceObjective tpo = new PreferenceObjective(
                PreferencePresets.tpo().options().withLikelihood(Likelihood.of(1, Likelihood.Target.GOLD)));
        Outcome gold = PairBench.run(tpo, triple);
        Outcome cpo = PairBench.run(PreferencePresets.cpo(), pair);
        assertThat(gold.loss()).isCloseTo(cpo.loss(), within(FP64));
        assertThat(gold.gradient()[0][1] + gold.gradient()[2][1]).isCloseTo(cpo.gradient()[0][1], within(FP64));
    }

    @Test
    void modpoForOneObjectiveIsDpo() {
        PairRows none = ROWS.withNumbers(Modpo.OTHER_REWARDS, new double[8]);
        assertSame(fixed(new Modpo(0.3, 1)), PreferencePresets.dpo(0.3), none);
    }

    @Test
    void whatAnswersToAPromptHaveInCommonChangesNothingInModpo() {
        PairRows rows = ROWS.withNumbers(Modpo.OTHER_REWARDS, 0.5, 0.25, 0, -1, 2, 1, 0, 0);
        PairRows shifted = ROWS.withNumbers(Modpo.OTHER_REWARDS, 3.5, 3.25, -4, -5, 2.5, 1.5, 8, 8);
        PreferenceObjective modpo = PreferencePresets.modpo(0.4);
        assertSame(modpo, rows, modpo, shifted, FP64);
    }

    /** A margin of a pair is what MODPO takes off, where nothing is divided by a weight. */
    @Test
    void aMarginIsADifferenceOfOtherRewards() {
        PairRows rows = ROWS.withNumbers(Modpo.OTHER_REWARDS, 0.5, 0.25, 0, -1, 2, 1, 0, 0)
                .withNumbers(TokenColumn.MARGIN, 0.25, 0.25, 1, 1, 1, 1, 0, 0);
        assertSame(fixed(new Modpo(0.1, 1)), PreferencePresets.offsetDpo(0.1), rows);
    }

    @Test
    void simPoWithoutMarginOnEqualLengthsIsCpoOfABetaPerToken() {
        PairRows equal = PairRows.uniform(2, new double[] {5, -1.3, 0}, new double[] {5, -0.4, 0});
        assertSame(free(new Sigmoid(2, 0, Length.MEAN, Margin.NONE)), free(Sigmoid.of(2 / 5.0)), equal);
    }

    @Test
    void alphaPoEndsAtSimPo() {
        PreferenceObjective simPo = free(new Sigmoid(2, 0.1, Length.MEAN, Margin.of(0.5)));
        assertSame(free(new AlphaPo(2, 0.5, 0, 0.1)), simPo, ROWS);
        assertSame(free(new AlphaPo(2, 0.5, 1e-7, 0.1)), ROWS, simPo, ROWS, NEAR);
    }

    /** Answers of one token have means that are sums. */
    @Test
    void alphaPoIsAnAlphaDivergenceFromNothing() {
        PairRows one = pair(1.2, 0.4);
        PreferenceObjective divergence =
                new PreferenceObjective(PreferenceOptions.of("f", Sigmoid.of(1.5), PairReference.NONE)
                        .withDivergence(new FDivergence.Alpha(0.75)));
        assertSame(free(new AlphaPo(1.5, 0, 0.25, 0)), divergence, one);
    }

    @Test
    void orpoOfUnlikelyAnswersIsSimPoWithoutMargin() {
        PairRows unlikely = PairRows.uniform(2, new double[] {3, -25, 0}, new double[] {2, -24, 0});
        assertSame(free(new Orpo(1)), unlikely, free(new Sigmoid(1, 0, Length.MEAN, Margin.NONE)), unlikely, NEAR);
    }

    @Test
    void orpoDoesNotMoveAnAnswerThatIsCertain() {
        PairRows certain = PairRows.uniform(2, new double[] {3, 0, 0}, new double[] {2, -1, 0});
        Outcome outcome = PairBench.run(free(new Orpo(1)), certain);
        assertThat(outcome.gradient()[0]).containsOnly(0);
        assertThat(outcome.gradient()[1][1]).isPositive();
    }

    @Test
    void ldDpoThatLetsAllTokensCountIsDpo() {
        assertSame(PreferencePresets.ldDpo(0.1, 1), PreferencePresets.dpo(0.1), ROWS);
        PairRows equal = PairRows.uniform(2, new double[] {4, -1, -2}, new double[] {4, -1.5, -1});
        assertSame(PreferencePresets.ldDpo(0.1, 0), PreferencePresets.dpo(0.1), equal);
        Outcome cut = PairBench.run(
                PreferencePresets.ldDpo(0.1, 0),
                PairRows.uniform(2, new double[] {5, -1, -2}, new double[] {3, -1, -2}));
        assertThat(cut.loss()).isCloseTo(Math.log(2), within(FP64));
        assertThat(cut.gradient()[0][3]).isNegative();
        assertThat(cut.gradient()[0][4]).isZero();
    }

    @Test
    void divergencesMeetInTheirLimits() {
        PreferenceObjective reverse = PreferencePresets.dpo(0.4);
        assertSame(PreferencePresets.fDpo(0.4, FDivergence.REVERSE_KL), reverse, ROWS);
        assertSame(PreferencePresets.fDpo(0.4, new FDivergence.Alpha(1 + 1e-9)), reverse, ROWS);
        assertSame(PreferencePresets.fDpo(0.4, new FDivergence.Alpha(1 + 1e-5)), ROWS, reverse, ROWS, TOWARDS_ONE);
        assertSame(
                PreferencePresets.fDpo(0.4, new FDivergence.Alpha(0)),
                PreferencePresets.fDpo(0.4, new FDivergence.ForwardKl()),
                ROWS);
        double slope = PairBench.run(PreferencePresets.fDpo(0.4, new FDivergence.JensenShannon()), STILL)
                .gradient()[0][2];
        assertThat(slope).isCloseTo(PairBench.run(reverse, STILL).gradient()[0][2] / 2, within(FP64));
    }

    @Test
    void aCertainPolicyWeighsEveryPairAsOne() {
        double[][] zeros = new double[ROWS.logProbs().length][ROWS.logProbs()[0].length];
        PairRows certain = ROWS.withLogProbs(zeros).with(TokenColumn.LOG_SQUARE_SUM, zeros);
        assertSame(PreferencePresets.wpo(0.1), PreferencePresets.dpo(0.1), certain);
        assertThat(PairBench.told(PreferencePresets.wpo(0.1), certain).metric("wpo/weight"))
                .isEqualTo(1);
    }

    /** Mixtures add up, and so do likelihoods. */
    @Test
    void aMixtureIsTheSumOfItsParts() {
        double dpo = PairBench.run(PreferencePresets.dpo(0.1), ROWS).loss();
        double bco = PairBench.run(fixed(new BcoPair(0.1)), ROWS).loss();
        Outcome mpo = PairBench.told(PreferencePresets.mpo(), ROWS);
        assertThat(PairBench.run(PreferencePresets.mpo(), ROWS).loss())
                .isCloseTo(0.8 * dpo + 0.2 * bco + mpo.metric("nll_loss"), within(NEAR));
    }

    /** A pair of equal answers has nothing to say to losses of a difference. */
    @Test
    void equalAnswersHaveOppositeSlopes() {
        PairRows equal = PairRows.uniform(2, new double[] {4, -1, -2}, new double[] {4, -1, -2});
        double[][] gradient = PairBench.run(PreferencePresets.dpo(0.3), equal).gradient();
        assertThat(gradient[0])
                .containsExactly(Arrays.stream(gradient[1]).map(g -> -g).toArray(), within(FP64));
        assertThat(PairBench.run(PreferencePresets.dpo(0.3), equal, DataType.FLOAT64, new int[][] {{0}})
                        .loss())
                .isCloseTo(Math.log(2), within(FP64));
    }
}
