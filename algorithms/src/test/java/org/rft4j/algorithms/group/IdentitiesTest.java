package org.rft4j.algorithms.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.algorithms.testing.GroupGolden.FP32;
import static org.rft4j.algorithms.testing.GroupGolden.assertClose;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.rft4j.algorithms.advantage.GroupRelative;
import org.rft4j.algorithms.advantage.RewardScale;
import org.rft4j.algorithms.advantage.SingletonRule;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.algorithms.correction.OffPolicyMask;
import org.rft4j.algorithms.correction.SamplerCorrection;
import org.rft4j.algorithms.entropy.EntropyBonus;
import org.rft4j.algorithms.kl.KlCoefficient;
import org.rft4j.algorithms.kl.KlEstimator;
import org.rft4j.algorithms.kl.KlPenalty;
import org.rft4j.algorithms.ratio.RatioLevel;
import org.rft4j.algorithms.surrogate.PolicyGradient;
import org.rft4j.algorithms.surrogate.PpoClip;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.reward.Score;

/** What becomes of one algorithm when another's numbers are put into it. */
final class IdentitiesTest {
    private static final int[] REFERENCE_GROUP = IntStream.range(0, 8).toArray();

    private static final KlPenalty NO_KL = new KlPenalty.None();

    private static GroupBatch onPolicy() {
        GroupBatch batch = GroupBatch.golden();
        return batch.with(GroupBatch.LOG_PROBS, batch.get(GroupBatch.OLD))
                .with(GroupBatch.SAMPLER, batch.get(GroupBatch.OLD));
    }

    private static GroupPolicyGradient plain(GroupPolicyGradient like) {
        GroupOptions options = like.options();
        // A ratio of whole sequences gives each token the gradient of its sequence, not a share of it.
        Aggregation aggregation = options.ratio() instanceof RatioLevel.SequenceSum
                ? new Aggregation.SequenceMeanTokenSum(1)
                : options.aggregation();
        return new GroupPolicyGradient(
                options.withSurrogate(RatioLevel.TOKEN, new PolicyGradient()).withAggregation(aggregation));
    }

    private static void assertSameGradient(GroupPolicyGradient one, GroupPolicyGradient other, GroupBatch batch) {
        assertClose(
                one.name() + " and " + other.name(),
                Bench.run(one, batch).gradient(),
                Bench.run(other, batch).gradient(),
                FP32);
    }

    /** LOOP is then RLOO, and MiniRL is REINFORCE with the mean of the group as baseline. */
    @TestFactory
    Stream<DynamicTest> atRatioOneAllArePolicyGradients() {
        return PresetsTest.presets().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    GroupPolicyGradient preset = entry.getValue().get();
                    assertSameGradient(preset, plain(preset), onPolicy());
                }));
    }

    @Test
    void dapoWithEqualBoundsIsGrpoWithTokenMean() {
        GroupPolicyGradient dapo =
                new GroupPolicyGradient(Presets.dapo().options().withSurrogate(RatioLevel.TOKEN, PpoClip.of(0.2, 0.2)));
        GroupPolicyGradient grpo = new GroupPolicyGradient(Presets.grpo()
                .options()
                .withAggregation(new Aggregation.TokenMean())
                .withKl(NO_KL));
        assertSameGradient(dapo, grpo, GroupBatch.golden());
    }

    @Test
    void bnpoIsTrlsGrpo() {
        assertSameGradient(Presets.bnpo(), Presets.grpoTrl(), GroupBatch.golden());
    }

    @Test
    void raftLearnsNothingFromWrongAnswersAndTheRewardFromRightOnes() {
        GroupPolicyGradient raft =
                new GroupPolicyGradient(Presets.raftPlusPlus().options().withKl(NO_KL));
        GroupBatch batch = onPolicy().only(REFERENCE_GROUP);
        double[][] gradient = Bench.run(raft, batch).gradient();
        double tokens = Arrays.stream(batch.get(GroupBatch.MASK))
                .flatMapToDouble(Arrays::stream)
                .sum();
        for (int row : REFERENCE_GROUP) {
            double reward = batch.scores().get(row).value();
            double[] expected = Arrays.stream(batch.get(GroupBatch.MASK)[row])
                    .map(one -> -one * reward / tokens)
                    .toArray();
            assertClose("row " + row, gradient[row], expected, FP32);
        }
    }

    @Test
    void whatCostsNothingChangesNothing() {
        GroupBatch batch = GroupBatch.golden();
        GroupOptions options = Presets.dapo().options();
        GroupPolicyGradient extras = new GroupPolicyGradient(options.withKl(
                        new KlPenalty.InLoss(KlEstimator.K3, new KlCoefficient.Fixed(0), KlPenalty.Weighting.BY_RATIO))
                .withEntropy(new EntropyBonus.Fixed(0))
                .withOffPolicyMask(new OffPolicyMask(99)));
        assertSameGradient(extras, Presets.dapo(), batch);
        GroupPolicyGradient inReward = new GroupPolicyGradient(
                options.withKl(new KlPenalty.InReward(KlEstimator.K1, new KlCoefficient.Fixed(0))));
        assertSameGradient(inReward, Presets.dapo(), batch);
    }

    @Test
    void aSamplerThatAgreesNeedsNoCorrection() {
        GroupBatch golden = GroupBatch.golden();
        GroupBatch batch = golden.with(GroupBatch.SAMPLER, golden.get(GroupBatch.OLD));
        for (SamplerCorrection correction : List.of(
                SamplerCorrection.SEQUENCE_MASK,
                SamplerCorrection.TRL,
                SamplerCorrection.ICE_POP,
                SamplerCorrection.TRUNCATED)) {
            GroupPolicyGradient corrected =
                    new GroupPolicyGradient(Presets.grpo().options().withCorrection(correction));
            assertSameGradient(corrected, Presets.grpo(), batch);
        }
    }

    @TestFactory
    Stream<DynamicTest> equalRewardsTeachGroupsNothing() {
        return Stream.of(
                        Presets.grpo(),
                        Presets.grpoTrl(),
                        Presets.drGrpo(16),
                        Presets.dapo(),
                        Presets.gspo(),
                        Presets.cispo(),
                        Presets.sapo(),
                        Presets.loop(),
                        Presets.opo(),
                        Presets.miniRl(),
                        Presets.reinforcePlusPlusBaseline())
                .map(preset -> DynamicTest.dynamicTest(preset.name(), () -> {
                    GroupPolicyGradient alone =
                            new GroupPolicyGradient(preset.options().withKl(NO_KL));
                    GroupBatch batch = GroupBatch.golden().withScores(score -> Score.of(0.1));
                    double[][] gradient = Bench.run(alone, batch).gradient();
                    assertClose("gradient", gradient, new double[gradient.length][7], 0);
                }));
    }

    /** The numbers of the reference group, [1,0,0,1,0,0,0,0]. */
    @TestFactory
    Stream<DynamicTest> advantagesOfTheReferenceGroup() {
        GroupRelative.Options population = new GroupRelative.Options(RewardScale.POPULATION, SingletonRule.ZERO);
        return Map.of(
                        Presets.grpo(),
                        new double[] {1.6201817, -0.5400606},
                        Presets.grpoTrl(),
                        new double[] {1.6198353, -0.5399451},
                        new GroupPolicyGradient(
                                Presets.grpo().options().withAdvantages(Advantages.groupRelative(population))),
                        new double[] {1.7320508, -0.5773503},
                        Presets.loop(),
                        new double[] {0.8571429, -0.2857143},
                        Presets.drGrpo(16),
                        new double[] {0.75, -0.25})
                .entrySet()
                .stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey().name() + Arrays.toString(entry.getValue()), () -> check(entry)));
    }

    private static void check(Map.Entry<GroupPolicyGradient, double[]> expected) {
        GroupBatch batch = GroupBatch.golden().only(REFERENCE_GROUP);
        float[][] advantages = Objects.requireNonNull(
                Bench.run(expected.getKey(), batch).estimate().columns().get(TokenColumn.ADVANTAGE));
        double sum = 0;
        for (int row : REFERENCE_GROUP) {
            boolean right = batch.scores().get(row).value() == 1;
            assertThat((double) advantages[row][2])
                    .isCloseTo(expected.getValue()[right ? 0 : 1], within(2e-7)); // the digits of the table
            sum += advantages[row][2];
        }
        assertThat(sum).isCloseTo(0, within(FP32));
    }

    @Test
    void loopOfThree() {
        GroupBatch three = GroupBatch.golden().only(0, 1, 2);
        float[][] advantages = Objects.requireNonNull(
                Bench.run(Presets.loop(), three).estimate().columns().get(TokenColumn.ADVANTAGE));
        assertThat(new float[] {advantages[0][2], advantages[1][2], advantages[2][2]})
                .containsExactly(1, -0.5f, -0.5f);
    }
}
