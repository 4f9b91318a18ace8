package org.rft4j.algorithms.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.algorithms.advantage.GroupRelative;
import org.rft4j.algorithms.advantage.Groups;
import org.rft4j.algorithms.advantage.RewardScale;
import org.rft4j.algorithms.advantage.Rewards;
import org.rft4j.algorithms.advantage.SingletonRule;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.algorithms.testing.MethodBench;
import org.rft4j.algorithms.testing.MethodBench.Outcome;
import org.rft4j.algorithms.testing.MethodChecks;
import org.rft4j.algorithms.testing.RowBatch;
import org.rft4j.algorithms.testing.RowSpec;
import org.rft4j.core.reward.Score;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.Needs;
import org.rft4j.engine.InvalidInputException;

class NftTest {
    private static final double TOLERANCE_REFERENCE = 1e-6;
    private static final double TOLERANCE_EXACT = 1e-7;

    private static final double TOLERANCE_F32 = 1e-6;

    /** Sums instead of thousandths, so that gradients are coefficients. */
    private static final NftOptions SUMS = NftOptions.DEFAULT.withWeights(new Aggregation.TokenSum(1));

    private static final RowSpec RIGHT = RowSpec.answer(0, 1, 1);
    private static final RowSpec WRONG = RowSpec.answer(0, 0, 1);

    static Stream<Arguments> variants() {
        NftOptions paper = NftOptions.DEFAULT;
        return Stream.of(
                Arguments.of("paper", paper),
                Arguments.of("equal weights", paper.withQuestionWeight(QuestionWeight.EQUAL)),
                Arguments.of(
                        "odds, half floor, half nu",
                        paper.withQuestionWeight(QuestionWeight.FAILURE_ODDS_ROOT)
                                .withNegatives(0.5, 0.5)),
                Arguments.of("right answers alone", paper.withNegatives(0, 1)),
                Arguments.of("pass mark", paper.withPassMark(0.4)),
                Arguments.of("whole answers", paper.withRatio(NftRatio.SEQUENCE).withNegatives(1, 0.5)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void columnsLossAndGradientsAreThoseOfPyTorch(String name, NftOptions options) {
        MethodChecks.matchesGolden(
                () -> new Nft(options), RowBatch.golden("nft").required(name));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void neitherSplitNorOrderNorGapsMatter(String name, NftOptions options) {
        Supplier<Algorithm> nft = () -> new Nft(options);
        RowBatch batch = RowBatch.golden();
        MethodChecks.splitsDoNotMatter(nft, batch);
        MethodChecks.orderDoesNotMatter(nft, batch);
        MethodChecks.gapsDoNotMatter(nft, batch);
        MethodChecks.extremesStayFinite(nft, batch);
    }

    @ParameterizedTest
    @CsvSource({"TOKEN", "SEQUENCE"})
    void gradientsAreDifferencesWhereNothingIsFloored(NftRatio ratio) {
        NftOptions options = SUMS.withRatio(ratio).withNegatives(1, 1e-9);
        RowBatch golden = RowBatch.golden();
        double[][] nearby = golden.get(RowBatch.OLD);
        for (double[] row : nearby) {
            for (int t = 0; t < row.length; t++) {
                row[t] += t % 2 == 0 ? 0.1 : -0.05;
            }
        }
        MethodChecks.gradientsAreDifferences(
                () -> new Nft(options), RowBatch.LOG_PROBS, golden.with(RowBatch.LOG_PROBS, nearby));
    }

    /** Four answers of which one is right: the numbers of the reference. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"EQUAL, -1, 0.33333333", "FAILURE_RATE, -0.75, 0.25", "FAILURE_ODDS_ROOT, -1.7320508, 0.57735027"})
    void onThePolicysOwnSamplesCoefficientsAreThoseOfTheReference(
            QuestionWeight weight, double ofRight, double ofWrong) {
        double[][] gradient = gradientOnPolicy(SUMS.withQuestionWeight(weight));
        assertThat(gradient[0][1]).isCloseTo(ofRight, within(TOLERANCE_EXACT));
        for (int row = 1; row < 4; row++) {
            assertThat(gradient[row][1]).isCloseTo(ofWrong, within(TOLERANCE_EXACT));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"FAILURE_RATE", "FAILURE_ODDS_ROOT"})
    void onThePolicysOwnSamplesTheGradientIsThatOfDrGrpoOrGrpo(QuestionWeight weight) {
        RewardScale scale = weight == QuestionWeight.FAILURE_RATE ? RewardScale.NONE : RewardScale.POPULATION;
        double[] advantages = GroupRelative.compute(
                        Rewards.of(1, 0, 0, 0),
                        Groups.ofSize(1, 4),
                        new GroupRelative.Options(scale, SingletonRule.ZERO))
                .values();
        double[][] gradient = gradientOnPolicy(SUMS.withQuestionWeight(weight));
        for (int row = 0; row < 4; row++) {
            assertThat(gradient[row][1]).isCloseTo(-advantages[row], within(TOLERANCE_EXACT));
        }
    }

    private static double[][] gradientOnPolicy(NftOptions options) {
        return MethodBench.run(new Nft(options), RowBatch.onPolicy(-1, RIGHT, WRONG, WRONG, WRONG))
                .gradient(RowBatch.LOG_PROBS);
    }

    @Test
    void withoutNegativesItIsWeightedLikelihoodOfRightAnswers() {
        Nft raft = new Nft(SUMS.withNegatives(0, 1));
        Outcome outcome = MethodBench.run(raft, offPolicy(Math.log(1.2)));
        double[][] gradient = outcome.gradient(RowBatch.LOG_PROBS);
        assertThat(gradient[0][1]).isCloseTo(-0.75, within(TOLERANCE_EXACT));
        for (int row = 1; row < 4; row++) {
            assertThat(gradient[row][1]).isZero();
        }
    }

    /** q = 0.25: ratio, floor, loss of a wrong answer, its coefficient. */
    @ParameterizedTest
    @CsvSource({
        "0.8, 1, -0.06453852, 0.25",
        "1.0, 1, 0, 0.33333333",
        "1.2, 1, 0, 0.40",
        "1.2, 0.5, 0.06899287, 0.42857143"
    })
    void wrongAnswersOffPolicy(double ratio, double floor, double loss, double coefficient) {
        Nft nft = new Nft(SUMS.withQuestionWeight(QuestionWeight.EQUAL).withNegatives(1, floor));
        Outcome outcome = MethodBench.run(nft, offPolicy(Math.log(ratio)));
        double ofRight = -Math.log(ratio);
        assertThat((outcome.loss() - ofRight) / 3).isCloseTo(loss, within(TOLERANCE_REFERENCE));
        assertThat(outcome.gradient(RowBatch.LOG_PROBS)[1][1]).isCloseTo(coefficient, within(TOLERANCE_EXACT));
        assertThat(outcome.gradient(RowBatch.LOG_PROBS)[0][1]).isCloseTo(-1, within(TOLERANCE_EXACT));
    }

    private static RowBatch offPolicy(double logRatio) {
        double[][] moved = new double[4][2];
        for (double[] row : moved) {
            row[1] = -1 + logRatio;
        }
        return RowBatch.onPolicy(-1, RIGHT, WRONG, WRONG, WRONG).with(RowBatch.LOG_PROBS, moved);
    }

    @Test
    void theLogRatioStopsAtTen() {
        NftOptions options = SUMS.withQuestionWeight(QuestionWeight.EQUAL);
        Outcome outcome = MethodBench.run(new Nft(options), offPolicy(11));
        assertThat(outcome.gradient(RowBatch.LOG_PROBS)[0][1]).isZero();
        assertThat(outcome.loss()).isCloseTo(-10, within(TOLERANCE_EXACT));
    }

    @Test
    void questionsWithoutDifferenceAreLeftOutAndRatesAreClamped() {
        RowSpec[] specs = new RowSpec[104];
        for (int row = 0; row < 100; row++) {
            specs[row] = RowSpec.answer(0, row == 0 ? 0 : 1, 2);
        }
        specs[100] = RowSpec.answer(1, 1, 2);
        specs[101] = RowSpec.answer(1, 1, 2);
        specs[102] = RowSpec.answer(2, 0, 2);
        specs[103] = RowSpec.answer(2, 0, 2).withScore(Score.notApplicable("no answer is known"));
        Outcome outcome = MethodBench.run(new Nft(NftOptions.DEFAULT), RowBatch.onPolicy(-1, specs));
        assertThat(outcome.column("nft_pass_rate")[0][1]).isEqualTo(0.98f);
        for (int row = 100; row < 104; row++) {
            assertThat(outcome.estimate().trained()[row]).containsOnly(false);
        }
        assertThat(outcome.estimate().metrics())
                .isEqualTo(Map.of("nft/pass_rate", 101.0 / 103, "nft/frac_questions_dropped", 2.0 / 3));
    }

    /** A right answer of one token and a wrong one of two, all log-ratios a tenth. */
    @ParameterizedTest
    @CsvSource({"TOKEN, 0.1, 0.1", "SEQUENCE, 0.1, 0.2"})
    void itTellsRatiosAndWhatIsFloored(NftRatio ratio, double ofRight, double ofWrong) {
        RowBatch batch = RowBatch.onPolicy(-1, RIGHT, RowSpec.answer(0, 0, 2)).with(RowBatch.LOG_PROBS, new double[][] {
            {0, -0.9, 0}, {0, -0.9, -0.9}
        });
        Outcome outcome =
                MethodBench.run(new Nft(SUMS.withRatio(ratio)), batch, DataType.FLOAT32, new int[][] {{0, 1}});
        assertThat(outcome.metric("nft/floored")).isCloseTo(2 / 3.0, within(TOLERANCE_F32));
        assertThat(outcome.metric("policy/approxkl_avg"))
                .isCloseTo((ofRight * ofRight + 2 * ofWrong * ofWrong) / 6, within(TOLERANCE_F32));
        assertThat(outcome.metric("val/ratio"))
                .isCloseTo((Math.exp(ofRight) + 2 * Math.exp(ofWrong)) / 3, within(TOLERANCE_F32));
        assertThat(outcome.metric("loss/policy_avg")).isCloseTo(outcome.loss(), within(TOLERANCE_F32));
    }

    @Test
    void aQuestionThatIsHardlyEverRightCountsAsIfItWereRightMoreOften() {
        RowSpec[] specs = new RowSpec[100];
        java.util.Arrays.setAll(specs, row -> row == 0 ? RIGHT : WRONG);
        Outcome outcome = MethodBench.run(new Nft(SUMS), RowBatch.onPolicy(-1, specs));
        assertThat(outcome.column("nft_pass_rate")[0][1]).isEqualTo(0.02f);
        assertThat(outcome.column("nft_weight")[0][1]).isEqualTo(0.98f);
    }

    @Test
    void itSaysWhatItNeedsAndRefusesWhatItIsNot() {
        Nft nft = new Nft(NftOptions.DEFAULT);
        assertThat(nft.name()).isEqualTo("nft");
        assertThat(nft.needs()).isEqualTo(Needs.ratio(Needs.OldLogProbs.ROUND_START));
        assertThat(nft.weights().of(new int[] {3, 0})).containsExactly(0.001, 0);
        assertThat(nft.trainsPolicy(0)).isTrue();
        assertThatThrownBy(() -> NftOptions.DEFAULT.withNegatives(-1, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("negativeWeight was -1.0, must be finite and at least 0; use 1; what the released code does"
                        + " with -1 is DAPO, which is an algorithm of its own");
        assertThatThrownBy(() -> NftOptions.DEFAULT.withNegatives(1, 0))
                .hasMessageStartingWith("floor was 0.0, must be finite and above 0");
        assertThatThrownBy(() -> NftOptions.DEFAULT.withPassMark(Double.NaN))
                .hasMessage("passMark was NaN, must be finite; use 1 for rewards of 0 and 1");
        assertThatThrownBy(() ->
                        new NftOptions(1, 0.5, QuestionWeight.EQUAL, 1, 1, NftRatio.TOKEN, new Aggregation.TokenMean()))
                .hasMessage("leastPassRate was 0.5, must be above 0 and below 0.5; use 0.02");
        assertThatThrownBy(() -> NftOptions.DEFAULT.withNegatives(Double.POSITIVE_INFINITY, 1))
                .hasMessageStartingWith("negativeWeight was Infinity, must be finite");
        assertThatThrownBy(() -> NftOptions.DEFAULT.withNegatives(1, Double.POSITIVE_INFINITY))
                .hasMessageStartingWith("floor was Infinity, must be finite");
        assertThatThrownBy(() ->
                        new NftOptions(1, 0, QuestionWeight.EQUAL, 1, 1, NftRatio.TOKEN, new Aggregation.TokenMean()))
                .hasMessageStartingWith("leastPassRate was 0.0, must be above 0");
        assertThatThrownBy(() -> nft.estimate(List.of(), org.rft4j.core.training.RowScores.NONE))
                .hasMessage("rows was none, must be at least one; skip a round without rows");
    }
}
