package org.rft4j.algorithms.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.algorithms.likelihood.LikelihoodBench.Outcome;
import org.rft4j.core.training.Objective;
import org.rft4j.engine.kernels.Divergence;

/** The numbers of the reference, and what the losses become at their limits. */
class LikelihoodLimitsTest {
    /** The reference prints seven digits. */
    private static final double TOLERANCE_REFERENCE = 1e-6;

    private static final double TOLERANCE_EXACT = 1e-12;

    private static final Aggregation MEAN = new Aggregation.TokenMean();
    private static final Aggregation SUMS = new Aggregation.SequenceMeanTokenSum(1);
    private static final Aggregation ALIKE = new Aggregation.SequenceMeanTokenMean();

    private static final double INFINITE = Double.POSITIVE_INFINITY;

    /** Weight 1, advantage 1 and reward 1, and the policy is the reference, whose column is of floats. */
    private static final LikelihoodBatch ONES =
            LikelihoodBatch.of(new double[] {-0.25, -1.25, -0.75}, new double[] {-2}, new double[] {-0.125, -0.875});

    /** Each with the aggregation with which fine-tuning is the same. */
    static Stream<Arguments> weightOne() {
        RewardWeightedOptions infinite = RewardWeightedOptions.DEFAULT.withTemperature(INFINITE);
        return Stream.of(
                Arguments.of("weighted", new WeightedSft(WeightedSft.Options.DEFAULT), MEAN),
                Arguments.of("c-rlft, one class", LikelihoodPresets.cRlft(), SUMS),
                Arguments.of("c-rlft, one class, per sequence", LikelihoodPresets.cRlftPerSequence(), ALIKE),
                Arguments.of("infinite temperature", new RewardWeighted(infinite), MEAN),
                Arguments.of("by step", new RewardWeighted(infinite.withScale(WeightScale.STEP)), MEAN),
                Arguments.of("by unit", new RewardWeighted(infinite.withScale(WeightScale.UNIT)), MEAN),
                Arguments.of("rrhf, one candidate", LikelihoodPresets.rrhf(), ALIKE),
                Arguments.of("a-lol", LikelihoodPresets.aLol(), SUMS),
                Arguments.of("a-lol-seq", LikelihoodPresets.aLolSequence(), SUMS),
                Arguments.of("a-lol-ref-free", LikelihoodPresets.aLolReferenceFree(), SUMS),
                Arguments.of("a-lol-kl 0", LikelihoodPresets.aLolKl(0), SUMS),
                Arguments.of("r-lol", LikelihoodPresets.rLol(), SUMS),
                Arguments.of("wbc", LikelihoodPresets.weightedCloning(), SUMS),
                Arguments.of("raft", LikelihoodPresets.raft(), MEAN),
                Arguments.of("expert iteration", LikelihoodPresets.expertIteration(), MEAN),
                Arguments.of(
                        "superhf without a price",
                        new SuperHf(SuperHf.Options.DEFAULT.withDivergence(0, Divergence.forwardKl())),
                        MEAN));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("weightOne")
    void weightOneIsFineTuning(String name, Objective objective, Aggregation weights) {
        Outcome plain = LikelihoodBench.run(new Sft(Sft.Options.DEFAULT.withWeights(weights)), ONES);
        assertSame(LikelihoodBench.run(objective, ONES), plain, 1);
    }

    private static void assertSame(Outcome found, Outcome wanted, double scale) {
        assertThat(found.loss()).isCloseTo(scale * wanted.loss(), within(TOLERANCE_EXACT));
        for (int row = 0; row < wanted.ofLogProbs().length; row++) {
            double[] scaled = Arrays.stream(wanted.ofLogProbs()[row])
                    .map(one -> one * scale)
                    .toArray();
            assertThat(found.ofLogProbs()[row]).containsExactly(scaled, within(TOLERANCE_EXACT));
        }
    }

    @Test
    void equalWeightsThatAreNormalisedAreFineTuning() {
        double[][] halves = new double[3][4];
        Arrays.stream(halves).forEach(row -> Arrays.fill(row, 0.5));
        LikelihoodBatch batch = ONES.with(LikelihoodBatch.WEIGHTS, halves);
        WeightedSft.Options plain = WeightedSft.Options.DEFAULT;
        Outcome sft = LikelihoodBench.run(LikelihoodPresets.sft(), ONES);
        assertSame(LikelihoodBench.run(new WeightedSft(plain.withNormalisedWeights()), batch), sft, 1);
        assertSame(LikelihoodBench.run(new WeightedSft(plain), batch), sft, 0.5);
        // sums over six tokens, which are six times the mean
        WeightedSft.Options sums = plain.withNormalisedWeights().withWeights(new Aggregation.TokenSum(1));
        assertSame(LikelihoodBench.run(new WeightedSft(sums), batch), sft, 6);
    }

    /** Weight 0 for a class is fine-tuning on the others, which still counts its rows unless weights are normalised. */
    @Test
    void weightZeroIsFilteredFineTuning() {
        LikelihoodBatch batch =
                ONES.with(LikelihoodBatch.WEIGHTS, new double[][] {{1, 1, 1, 1}, new double[4], {1, 1, 1, 1}});
        Outcome filtered = LikelihoodBench.run(LikelihoodPresets.sft(), ONES.rows(0, 2));
        Outcome normalised =
                LikelihoodBench.run(new WeightedSft(WeightedSft.Options.DEFAULT.withNormalisedWeights()), batch);
        assertThat(normalised.loss()).isCloseTo(filtered.loss(), within(TOLERANCE_REFERENCE));
        Outcome crlft = LikelihoodBench.run(LikelihoodPresets.cRlft(), batch);
        assertThat(crlft.loss()).isCloseTo((2.25 + 1.0) / 3, within(TOLERANCE_EXACT));
    }

    /** NLL sums 6 of 3 tokens and weight 1, and 8 of 4 tokens and weight 0.1. */
    @Test
    void classWeightsAreThoseOfTheReference() {
        LikelihoodBatch batch = LikelihoodBatch.of(new double[] {-1, -2, -3}, new double[] {-2, -2, -2, -2})
                .with(LikelihoodBatch.WEIGHTS, new double[][] {{1, 1, 1, 1, 1}, {0.1, 0.1, 0.1, 0.1, 0.1}});
        assertThat(LikelihoodBench.run(LikelihoodPresets.cRlft(), batch).loss())
                .isCloseTo(3.4, within(TOLERANCE_REFERENCE));
        assertThat(LikelihoodBench.run(LikelihoodPresets.cRlftPerSequence(), batch)
                        .loss())
                .isCloseTo(1.1, within(TOLERANCE_REFERENCE));
    }

    @Test
    void rewardWeightsAreThoseOfTheReference() {
        int[] units = {0, 0};
        double[] rewards = {0, 1};
        RewardWeightedOptions plain = RewardWeightedOptions.DEFAULT;
        assertThat(RewardWeighted.weightsOf(rewards, units, plain))
                .containsExactly(new double[] {1, 2.7182818}, within(TOLERANCE_REFERENCE));
        assertThat(RewardWeighted.weightsOf(rewards, units, plain.withTemperature(2)))
                .containsExactly(new double[] {1, 1.6487213}, within(TOLERANCE_REFERENCE));
        assertThat(RewardWeighted.weightsOf(rewards, units, plain.clamped(1.5, 2)))
                .containsExactly(new double[] {1.5, 2}, within(TOLERANCE_REFERENCE));
        assertThat(RewardWeighted.weightsOf(rewards, units, plain.withScale(WeightScale.STEP)))
                .containsExactly(new double[] {0.5378828, 1.4621172}, within(TOLERANCE_REFERENCE));
    }

    /** Per-prompt temperatures of 10 at advantages of 0.1, as FamO2O has them. */
    @Test
    void aFixedTemperatureIsAdvantageWeightedRegression() {
        assertThat(RewardWeighted.weightsOf(
                        new double[] {0.1}, new int[1], RewardWeightedOptions.DEFAULT.withTemperature(0.1)))
                .containsExactly(new double[] {2.7182818}, within(TOLERANCE_REFERENCE));
    }

    @ParameterizedTest
    @CsvSource({"STEP", "UNIT"})
    void scaledWeightsAverageOneHoweverLargeRewardsAre(WeightScale scale) {
        double[] weights = RewardWeighted.weightsOf(
                new double[] {1e6, 1e6 + 1, -1e6, 3},
                new int[] {0, 0, 0, 1},
                RewardWeightedOptions.DEFAULT.withScale(scale));
        boolean alone = scale == WeightScale.UNIT;
        int together = alone ? 3 : 4;
        assertThat(weights[0] + weights[1]).isCloseTo(together, within(TOLERANCE_EXACT));
        assertThat(weights[1] / weights[0]).isCloseTo(Math.E, within(TOLERANCE_EXACT));
        assertThat(weights[2]).isZero();
        assertThat(weights[3]).isEqualTo(alone ? 1 : 0);
    }

    /** Two prompts with two answers each. */
    @Test
    void temperatureZeroIsFineTuningOnTheBestOfEachUnit() {
        LikelihoodBatch batch = LikelihoodBatch.of(
                new double[] {-1, -2}, new double[] {-3}, new double[] {-0.5, -1.5, -1}, new double[] {-0.25, -0.75});
        LikelihoodBatch.Row[] rows = batch.rows().toArray(LikelihoodBatch.Row[]::new);
        LikelihoodBatch pairs = batch.with(
                rows[0].withUnit(0).withReward(0.5),
                rows[1].withUnit(0).withReward(0.6),
                rows[2].withUnit(1).withReward(2),
                rows[3].withUnit(1).withReward(-4));
        Outcome cold = LikelihoodBench.run(
                new RewardWeighted(RewardWeightedOptions.DEFAULT
                        .withTemperature(1e-4)
                        .withScale(WeightScale.UNIT)
                        .withWeights(ALIKE)),
                pairs);
        Outcome best = LikelihoodBench.run(new Sft(Sft.Options.DEFAULT.withWeights(ALIKE)), pairs.rows(1, 2));
        assertThat(cold.loss()).isCloseTo(best.loss(), within(TOLERANCE_EXACT));
        assertThat(cold.ofLogProbs()[1]).containsExactly(best.ofLogProbs()[0], within(TOLERANCE_EXACT));
        assertThat(cold.ofLogProbs()[3]).containsExactly(new double[3], within(0.0));
    }

    /**
     * A bandit of the study of reweighted cloning: 100 actions drawn alike, {@code r(a) = exp(-((a - 70) / 10)^2)}. Where the policy is
     * {@code exp(r / T) / Z}, the loss has no slope by the policy's logits.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.25, 1, 4})
    void theMinimiserIsTheReferenceTimesTheExponentialOfRewards(double temperature) {
        double[] rewards = IntStream.range(0, 100)
                .mapToDouble(a -> Math.exp(-Math.pow((a - 70) / 10.0, 2)))
                .toArray();
        double total =
                Arrays.stream(rewards).map(r -> Math.exp(r / temperature)).sum();
        double[] policy = Arrays.stream(rewards)
                .map(r -> Math.exp(r / temperature) / total)
                .toArray();
        LikelihoodBatch actions = LikelihoodBatch.of(Arrays.stream(policy)
                        .mapToObj(p -> new double[] {Math.log(p)})
                        .toArray(double[][]::new))
                .withRewards(rewards);
        double[] slopes = logitSlopes(
                new RewardWeighted(RewardWeightedOptions.DEFAULT.withTemperature(temperature)), actions, policy);
        assertThat(slopes).containsExactly(new double[100], within(TOLERANCE_REFERENCE));
        assertThat(logitSlopes(LikelihoodPresets.sft(), actions, policy)[70])
                .as("where rewards do not count it has")
                .isGreaterThan(1e-3);
    }

    private static double[] logitSlopes(Objective objective, LikelihoodBatch actions, double[] policy) {
        double[] ofLogProbs = Arrays.stream(
                        LikelihoodBench.run(objective, actions).ofLogProbs())
                .mapToDouble(row -> row[1])
                .toArray();
        double all = Arrays.stream(ofLogProbs).sum();
        return IntStream.range(0, policy.length)
                .mapToDouble(a -> ofLogProbs[a] - policy[a] * all)
                .toArray();
    }

    /** p = (-1, -0.5, -2), r = (0.2, 0.1, 0.9): pairs (2,1), (1,3) and (2,3). */
    @Test
    void rankingLossIsThatOfTheReference() {
        LikelihoodBatch batch = LikelihoodBatch.of(
                        new double[] {-0.5, -1.5}, new double[] {-0.5}, new double[] {-2, -3, -1})
                .inOneUnit()
                .withRewards(0.2, 0.1, 0.9);
        Outcome outcome = LikelihoodBench.run(LikelihoodPresets.rrhf(), batch);
        assertThat(outcome.metric("rrhf/rank_loss")).isCloseTo(3, within(TOLERANCE_REFERENCE));
        assertThat(outcome.metric("rrhf/violated_pairs")).isEqualTo(3);
        assertThat(outcome.metric("nll_loss")).isEqualTo(2);
        assertThat(outcome.loss()).isCloseTo(5, within(TOLERANCE_REFERENCE));
        assertThat(LikelihoodBench.run(new Rrhf(Rrhf.Options.DEFAULT.withWeight(100)), batch)
                        .loss())
                .isCloseTo(302, within(TOLERANCE_REFERENCE));
        // sums -2, -0.5 and -6 rank by 1.5 + 4 + 5.5; each has four tokens at most, prompt included
        assertThat(LikelihoodBench.run(new Rrhf(Rrhf.Options.DEFAULT.withLength(0, RrhfLength.OWN)), batch)
                        .metric("rrhf/rank_loss"))
                .isCloseTo(11, within(TOLERANCE_REFERENCE));
        assertThat(LikelihoodBench.run(LikelihoodPresets.rrhfReleased(), batch).loss())
                .isCloseTo(11 / 4.0 + 6 / 4.0, within(TOLERANCE_REFERENCE));
    }

    @Test
    void equalRewardsRankNothing() {
        Outcome outcome = LikelihoodBench.run(LikelihoodPresets.rrhf(), ONES.inOneUnit());
        assertThat(outcome.metric("rrhf/rank_loss")).isZero();
        assertThat(outcome.loss()).isCloseTo(2.25 / 3, within(TOLERANCE_EXACT));
    }

    @Test
    void candidatesOfDifferentPromptsAreNotCompared() {
        Outcome apart = LikelihoodBench.run(LikelihoodPresets.rrhf(), ONES.withRewards(1, 5, -3));
        assertThat(apart.metric("rrhf/violated_pairs")).isZero();
        Outcome together =
                LikelihoodBench.run(LikelihoodPresets.rrhf(), ONES.inOneUnit().withRewards(1, 5, -3));
        assertThat(together.metric("rrhf/violated_pairs")).isEqualTo(3);
    }

    /** R = 1.2 and V = 0.4: A = 0.3685248. N_ref = 8. */
    @ParameterizedTest
    @CsvSource({"7.5, 1.6487213, 4.5569599", "6, 1.9, 4.2011827", "12, 0.1, 0.4422298"})
    void advantagesAndRatiosAreThoseOfTheReference(double nll, double ratio, double loss) {
        LikelihoodBatch batch = LikelihoodBatch.of(new double[] {-nll / 2, -nll / 2})
                .with(LikelihoodBatch.REFERENCE, new double[][] {{0, -5, -3}})
                .mapped(row -> row.withAdvantage(1 / (1 + Math.exp(-1.2)) - 0.4));
        Outcome outcome = LikelihoodBench.run(LikelihoodPresets.aLol(), batch);
        assertThat(outcome.metric("lol/factor")).isCloseTo(0.3685248, within(TOLERANCE_REFERENCE));
        assertThat(outcome.metric("lol/ratio")).isCloseTo(ratio, within(TOLERANCE_REFERENCE));
        assertThat(outcome.metric("kl")).isCloseTo(8 - nll, within(TOLERANCE_REFERENCE));
        assertThat(outcome.loss()).isCloseTo(loss, within(TOLERANCE_REFERENCE));
        assertThat(outcome.ofLogProbs()[0][1]).isCloseTo(-0.3685248 * ratio, within(TOLERANCE_REFERENCE));
    }

    @Test
    void negativeAdvantagesTeachNothingAndRewardsStandAsTheyAre() {
        LikelihoodBatch negative = ONES.mapped(row -> row.withAdvantage(-1).withReward(-1));
        assertThat(LikelihoodBench.run(LikelihoodPresets.aLol(), negative).loss())
                .isZero();
        assertThat(LikelihoodBench.run(LikelihoodPresets.weightedCloning(), negative)
                        .loss())
                .isCloseTo(-(2.25 + 2 + 1) / 3, within(TOLERANCE_EXACT));
    }

    /** ref (0.5, 0.5) and pi (0.7, 0.3), at each of two tokens: KL(ref||pi) = 0.0871767. */
    @Test
    void theDivergenceOfSuperHfIsThatOfTheReference() {
        double kl = 0.5 * Math.log(0.5 / 0.7) + 0.5 * Math.log(0.5 / 0.3);
        assertThat(kl).isCloseTo(0.0871767, within(TOLERANCE_REFERENCE));
        LikelihoodBatch batch = LikelihoodBatch.of(new double[] {-1, -1}, new double[] {-1, -1})
                .with(LikelihoodBatch.DIVERGENCES, new double[][] {{0, kl, kl}, {0, -0.5, 0.25}});
        Outcome outcome = LikelihoodBench.run(LikelihoodPresets.superHf(), batch);
        assertThat(outcome.loss()).isCloseTo(1 + 0.23 * kl, within(TOLERANCE_REFERENCE));
        assertThat(outcome.metric("kl")).isCloseTo((kl - 0.125) / 2, within(TOLERANCE_REFERENCE));
        assertThat(outcome.ofDivergences()[0]).containsExactly(new double[] {0, 0.115, 0.115}, within(TOLERANCE_EXACT));
        assertThat(outcome.ofDivergences()[1]).containsExactly(new double[3], within(0.0));
        assertThat(LikelihoodPresets.superHf().needs().divergence()).contains(Divergence.forwardKl());
        assertThat(LikelihoodPresets.superHf().needs().compares()).isTrue();
    }
}
