package org.rft4j.algorithms.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.algorithms.testing.GroupGolden.FP32;
import static org.rft4j.algorithms.testing.GroupGolden.FP64;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.correction.OffPolicyMask;
import org.rft4j.algorithms.correction.SamplerCorrection;
import org.rft4j.algorithms.entropy.EntropyBonus;
import org.rft4j.algorithms.kl.KlCoefficient;
import org.rft4j.algorithms.kl.KlEstimator;
import org.rft4j.algorithms.kl.KlPenalty;
import org.rft4j.algorithms.ratio.RatioLevel;
import org.rft4j.algorithms.surrogate.ClipCov;
import org.rft4j.algorithms.surrogate.PpoClip;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Estimate;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Needs.OldLogProbs;
import org.rft4j.core.training.RowScores;
import org.rft4j.core.trajectory.EndReason;

final class GroupPolicyGradientTest {
    private static final KlCoefficient.Adaptive ADAPTIVE = new KlCoefficient.Adaptive(0.1, 0.05, 100);

    private static GroupPolicyGradient with(GroupOptions options) {
        return new GroupPolicyGradient(options);
    }

    private static GroupOptions grpo() {
        return Presets.grpoTrl().options();
    }

    private static GroupOptions klInReward(KlCoefficient coefficient) {
        return Presets.drGrpo(16).options().withKl(new KlPenalty.InReward(KlEstimator.K1, coefficient));
    }

    private static GroupOptions adaptive() {
        return grpo().withKl(new KlPenalty.InLoss(KlEstimator.K3, ADAPTIVE, KlPenalty.Weighting.PLAIN))
                .withEntropy(new EntropyBonus.Adaptive(0.01, 0.2, 0.005, 0, 1));
    }

    private static Estimate estimate(GroupOptions options, GroupBatch batch) {
        return with(options).estimate(batch.rows(), batch.modelScores());
    }

    private static float[][] advantages(Estimate estimate) {
        return Objects.requireNonNull(estimate.columns().get(TokenColumn.ADVANTAGE));
    }

    @Test
    void asksForWhatItsPartsNeed() {
        assertThat(with(grpo()).needs()).isEqualTo(Needs.ratio(OldLogProbs.ROUND_START));
        assertThat(Presets.grpo().needs())
                .isEqualTo(Needs.ratio(OldLogProbs.ROUND_START).withReference(true));
        assertThat(Presets.rloo().needs())
                .isEqualTo(Needs.ratio(OldLogProbs.BEFORE_ESTIMATE).withReference(true));
        assertThat(Presets.reMax().needs().oldLogProbs()).isEqualTo(OldLogProbs.BEFORE_ESTIMATE);
        assertThat(Presets.opo().needs()).isEqualTo(Needs.ratio(OldLogProbs.NONE));
        assertThat(with(grpo().withCorrection(SamplerCorrection.ICE_POP)).needs())
                .isEqualTo(Needs.ratio(OldLogProbs.BEFORE_ESTIMATE));
        assertThat(with(grpo().withEntropy(new EntropyBonus.Fixed(0.1))).needs().entropy())
                .isTrue();
        GroupOptions choosing = grpo().withSurrogate(RatioLevel.TOKEN, ClipCov.VERL);
        assertThat(with(choosing).needs().currentLogProbs()).isEqualTo(Needs.CurrentLogProbs.ALL);
        GroupOptions bypass = klInReward(ADAPTIVE).withOldLogProbs(OldLogProbs.SAMPLER);
        assertThat(with(bypass).needs().oldLogProbs()).isEqualTo(OldLogProbs.SAMPLER);
    }

    @Test
    void refusesToCorrectWhatItTakesTheRatioAgainst() {
        for (OldLogProbs old : new OldLogProbs[] {OldLogProbs.SAMPLER, OldLogProbs.NONE}) {
            GroupOptions options = grpo().withOldLogProbs(old);
            assertThatThrownBy(() -> options.withCorrection(SamplerCorrection.ICE_POP))
                    .hasMessage("oldLogProbs of grpo-trl, which corrects for the sampler was " + old
                            + ", must be the trainer's, or there is no mismatch to correct for; use ROUND_START, or"
                            + " leave the correction out");
        }
        GroupOptions options = grpo();
        assertThatThrownBy(() -> options.withName(" "))
                .hasMessage("name of an algorithm was ' ', must not be blank; name it");
    }

    @Test
    void episodesThatFailedLeaveTheBaselineAlone() {
        GroupBatch batch = GroupBatch.golden().only(0, 1, 2, 3).withEnd(3, EndReason.ENVIRONMENT_FAILED);
        Estimate estimate = estimate(Presets.drGrpo(16).options(), batch);
        assertThat(advantages(estimate)[0][2]).isCloseTo(2f / 3, within((float) FP32));
        assertThat(estimate.trained()[3]).containsOnly(false);
        assertThat(advantages(estimate)[3]).containsOnly(0);
    }

    @Test
    void episodesThatWereCutOffAreNotTrainedIfNotWanted() {
        GroupBatch batch = GroupBatch.golden().only(0, 1, 2, 3).withEnd(3, EndReason.TOKEN_LIMIT);
        Estimate all = estimate(Presets.drGrpo(16).options(), batch);
        assertThat(all.trained()[3]).contains(true);
        Estimate ended = estimate(Presets.drGrpo(16).options().withRows(RowChoice.ENDED), batch);
        assertThat(ended.trained()[3]).containsOnly(false);
        assertThat(advantages(ended)[0][2])
                .as("the reward of the row counts still")
                .isEqualTo(0.5f);
    }

    @Test
    void rowsWithSmallAdvantagesAreNotTrainedIfNotWanted() {
        GroupBatch batch = GroupBatch.golden().only(0, 1, 2, 3, 4, 5, 6, 7);
        Estimate estimate = estimate(Presets.drGrpo(16).options().withRows(new RowChoice(true, 0.5)), batch);
        assertThat(estimate.trained()[0]).contains(true);
        assertThat(estimate.trained()[1]).containsOnly(false);
        assertThatThrownBy(() -> new RowChoice(true, -1))
                .hasMessage("smallestAdvantage was -1.0, must be finite and at least 0; use 0 to train every row");
    }

    @Test
    void tellsAdvantagesOfTrainedTokens() {
        GroupBatch batch = GroupBatch.golden().only(0, 1, 2, 3, 4, 5, 6, 7);
        Map<String, Double> metrics =
                estimate(Presets.drGrpo(16).options(), batch).metrics();
        assertThat(metrics)
                .containsOnlyKeys("critic/advantages/mean", "critic/advantages/max", "critic/advantages/min");
        assertThat(metrics.get("critic/advantages/max")).isEqualTo(0.75);
        assertThat(metrics.get("critic/advantages/min")).isEqualTo(-0.25);
        assertThat(metrics.get("critic/advantages/mean")).isCloseTo((8 * 0.75 - 15 * 0.25) / 23, within(FP32));
    }

    @Test
    void correctsForTheSamplerAndTellsTheMismatch() {
        GroupBatch batch = GroupBatch.golden();
        Estimate estimate = estimate(grpo().withCorrection(SamplerCorrection.TRUNCATED), batch);
        float[][] factors = Objects.requireNonNull(estimate.columns().get(TokenColumn.FACTOR));
        double logRatio = batch.get(GroupBatch.OLD)[0][2] - batch.get(GroupBatch.SAMPLER)[0][2];
        assertThat((double) factors[0][2]).isCloseTo(Math.min(2, Math.exp(logRatio)), within(FP32));
        assertThat(estimate.metrics())
                .containsKeys(
                        "sampling/importance_sampling_ratio/min",
                        "sampling/importance_sampling_ratio/mean",
                        "sampling/importance_sampling_ratio/max",
                        "sampling/sampling_logp_difference/mean",
                        "sampling/sampling_logp_difference/max");
        assertThat(estimate(grpo(), batch).columns()).containsOnlyKeys(TokenColumn.ADVANTAGE);
    }

    @Test
    void distanceInTheRewardMovesTheCoefficientEveryRound() {
        GroupBatch batch = GroupBatch.golden();
        GroupPolicyGradient algorithm = with(klInReward(ADAPTIVE));
        Map<String, Double> first =
                algorithm.estimate(batch.rows(), batch.modelScores()).metrics();
        double kl = Objects.requireNonNull(first.get("actor/reward_kl_penalty"));
        assertThat(first.get("actor/reward_kl_penalty_coeff")).isEqualTo(0.1);
        Map<String, Double> second =
                algorithm.estimate(batch.rows(), batch.modelScores()).metrics();
        assertThat(second.get("actor/reward_kl_penalty_coeff"))
                .isCloseTo(ADAPTIVE.next(0.1, kl, 11), within(FP64))
                .isNotEqualTo(0.1);
        algorithm.learn(Map.of("kl", 99.0));
        assertThat(algorithm
                        .estimate(batch.rows(), batch.modelScores())
                        .metrics()
                        .get("actor/reward_kl_penalty_coeff"))
                .as("a loss without KL has nothing to say")
                .isCloseTo(ADAPTIVE.next(ADAPTIVE.next(0.1, kl, 11), kl, 11), within(FP64));
    }

    @Test
    void distanceIsTakenFromTheSamplerWhereTheRatioIs() {
        GroupBatch batch = GroupBatch.golden();
        GroupOptions options = klInReward(new KlCoefficient.Fixed(0.1)).withOldLogProbs(OldLogProbs.SAMPLER);
        GroupBatch swapped = batch.with(GroupBatch.OLD, batch.get(GroupBatch.SAMPLER));
        assertThat(advantages(estimate(options, batch)))
                .isDeepEqualTo(advantages(estimate(klInReward(new KlCoefficient.Fixed(0.1)), swapped)));
        RowScores nothing = RowScores.NONE;
        assertThatThrownBy(() -> with(options).estimate(batch.rows(), nothing))
                .hasMessage("reference log-probs was absent, must be there; let needs() ask for a reference");
    }

    @Test
    void controllersHearEachStepAndGoOnFromTheirState() {
        GroupBatch batch = GroupBatch.golden();
        GroupPolicyGradient algorithm = with(adaptive());
        Bench.Result before = Bench.run(algorithm, batch);
        algorithm.learn(Map.of("kl", 1.0, "entropy", 0.1));
        Bench.Result after = Bench.run(algorithm, batch);
        assertThat(before.metric("actor/kl_coef")).isCloseTo(0.1, within(FP32));
        assertThat(after.metric("actor/kl_coef")).isCloseTo(ADAPTIVE.next(0.1, 1, 11), within(FP32));
        assertThat(before.metric("entropy_coef")).isCloseTo(0.01, within(FP32));
        assertThat(after.metric("entropy_coef")).isCloseTo(0.015, within(FP32));

        JsonNode state = algorithm.state();
        algorithm.learn(Map.of("entropy", 9.0));
        assertThat(Bench.run(algorithm, batch).metric("entropy_coef"))
                .as("above the target")
                .isZero();
        GroupPolicyGradient resumed = with(adaptive());
        resumed.restore(state);
        assertThat(resumed.state()).isEqualTo(state);
        assertThat(Bench.run(resumed, batch).loss()).isEqualTo(after.loss());
    }

    @Test
    void statesOfOtherAlgorithmsAndOptionsAreRefused() {
        JsonNode state = with(adaptive()).state();
        GroupPolicyGradient other = Presets.dapo();
        assertThatThrownBy(() -> other.restore(state))
                .hasMessage(
                        "algorithm of the saved state was 'grpo-trl', must be 'dapo'; go on with the algorithm of the"
                                + " saved run, or start a new one");
        GroupPolicyGradient fixed = with(grpo());
        assertThatThrownBy(() -> fixed.restore(state))
                .hasMessage("numbers in the saved state of grpo-trl was [algorithm, entropyCoefficient, klCoefficient,"
                        + " lastEntropy], must be [algorithm]; go on with the coefficients of the saved run, fixed or"
                        + " adaptive, or start a new one");
        ObjectNode broken = state.deepCopy();
        broken.put("klCoefficient", "much");
        GroupPolicyGradient same = with(adaptive());
        assertThatThrownBy(() -> same.restore(broken))
                .hasMessage("klCoefficient in a saved state was \"much\", must be a number of at least 0; restore the"
                        + " state as it was saved");
    }

    @Test
    void theOffPolicyMaskKeepsWhatItCannotJudge() {
        GroupBatch batch = GroupBatch.golden();
        double[][] far = new double[batch.size()][];
        for (int row = 0; row < far.length; row++) {
            far[row] = java.util.Arrays.stream(batch.get(GroupBatch.MASK)[row])
                    .map(one -> 5 * one)
                    .toArray();
        }
        GroupOptions options =
                grpo().withSurrogate(RatioLevel.TOKEN, PpoClip.UNCLIPPED).withOffPolicyMask(new OffPolicyMask(0.5));
        double[][] masked =
                Bench.run(with(options), batch.with(GroupBatch.SAMPLER, far)).gradient();
        assertThat(masked[0][2]).as("good").isNegative();
        assertThat(masked[1][2]).as("bad and far").isZero();
        java.util.Arrays.fill(far[1], Double.NaN);
        double[][] unknown = Bench.run(with(options), batch, far).gradient();
        assertThat(unknown[1][2]).as("bad, but nobody knows how far").isPositive();
    }
}
