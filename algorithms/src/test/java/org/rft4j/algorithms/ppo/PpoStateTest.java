package org.rft4j.algorithms.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.advantage.Gae;
import org.rft4j.algorithms.kl.KlCoefficient;
import org.rft4j.algorithms.kl.KlEstimator;
import org.rft4j.algorithms.kl.KlPenalty;
import org.rft4j.algorithms.testing.RowBatch;
import org.rft4j.algorithms.testing.RowSpec;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.reward.Score;
import org.rft4j.core.training.Estimate;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.RowScores;
import org.rft4j.engine.InvalidInputException;

class PpoStateTest {
    private static final double TOLERANCE = 1e-7;

    private static final PpoOptions ADAPTIVE = PpoOptions.TRL.withKl(
            Optional.of(new KlPenalty.InReward(KlEstimator.K1, new KlCoefficient.Adaptive(0.1, 0.2, 10))));

    /** Two episodes at a mean distance of 0.22 a token: a tenth above the target. */
    private static final RowBatch BATCH = RowBatch.onPolicy(-1, RowSpec.answer(0, 1, 1), RowSpec.answer(0, 0, 3))
            .with("referenceLogProbs", new double[][] {{0, -1.24, 0, 0}, {0, -1.2, -1.2, -1.2}});

    @Test
    void theKlCoefficientFollowsTheDistanceAndIsResumed() {
        Ppo ppo = new Ppo(ADAPTIVE);
        Estimate first = ppo.estimate(BATCH.rows(), BATCH.scores());
        assertThat(first.metrics().get("actor/reward_kl_penalty_coeff")).isEqualTo(0.1);
        assertThat(first.metrics().get("actor/reward_kl_penalty")).isCloseTo(0.22, within(TOLERANCE));
        assertThat(first.metrics().get("objective/kl")).isCloseTo(0.42, within(TOLERANCE));
        Ppo resumed = new Ppo(ADAPTIVE);
        resumed.restore(ppo.state());
        Estimate second = resumed.estimate(BATCH.rows(), BATCH.scores());
        assertThat(second.metrics().get("actor/reward_kl_penalty_coeff"))
                .isCloseTo(0.1 * (1 + 0.1 * 2 / 10), within(TOLERANCE));
        assertThat(ppo.estimate(BATCH.rows(), BATCH.scores()))
                .usingRecursiveComparison()
                .isEqualTo(second);
    }

    @Test
    void aStrangeStateIsRefused() {
        assertThatThrownBy(() -> new Ppo(ADAPTIVE).restore(JsonNodeFactory.instance.objectNode()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("state of a checkpoint was {}, must be that of ppo with an adaptive KL coefficient; "
                        + "resume with the algorithm that wrote the checkpoint");
        assertThatThrownBy(() -> new Ppo(ADAPTIVE)
                        .restore(JsonNodeFactory.instance
                                .objectNode()
                                .put("algorithm", "ppo")
                                .put("klCoefficient", -1)))
                .hasMessageStartingWith("klCoefficient of a checkpoint was -1, must be a number of at least 0");
    }

    @Test
    void itAsksForWhatItsOptionsUse() {
        assertThat(new Ppo(PpoOptions.TRL).needs())
                .isEqualTo(Needs.ratio(Needs.OldLogProbs.BEFORE_ESTIMATE)
                        .withReference(true)
                        .withCritic(true));
        PpoOptions bare = PpoOptions.TRL.withKl(Optional.empty()).withEntropyCoefficient(0.01);
        assertThat(new Ppo(bare).needs())
                .isEqualTo(Needs.ratio(Needs.OldLogProbs.ROUND_START)
                        .withCritic(true)
                        .withEntropy(true));
        assertThat(new Ppo(bare).name()).isEqualTo("ppo");
        assertThat(new Ppo(bare).weights().of(new int[] {3, 1, 0})).containsExactly(0.25, 0.25, 0);
        assertThatThrownBy(() -> new Ppo(PpoOptions.TRL).estimate(BATCH.rows(), RowScores.NONE))
                .hasMessage("values was absent, must be there; let needs() ask for a critic");
    }

    @Test
    void theCriticLearnsAloneInTheFirstRounds() {
        Ppo ppo = new Ppo(PpoOptions.TRL.withCriticRounds(2));
        assertThat(ppo.trainsPolicy(0)).isFalse();
        assertThat(ppo.trainsPolicy(1)).isFalse();
        assertThat(ppo.trainsPolicy(2)).isTrue();
        assertThat(new Ppo(PpoOptions.TRL).trainsPolicy(0)).isTrue();
    }

    @Test
    void rewardsThatDoNotFitTheEpisodeAreRefused() {
        Ppo ppo = new Ppo(PpoOptions.TRL);
        RowBatch turns = RowBatch.onPolicy(
                -1, RowSpec.answer(0, 1, 2).withScore(Score.of(1).withPerTurn(List.of(1.0, 2.0))));
        assertThatThrownBy(() -> ppo.estimate(turns.rows(), turns.scores()))
                .hasMessage("rewards of turns of row 0 was 2, must be none or one for each of its 1; "
                        + "score the episode that is trained");
        RowBatch tokens = RowBatch.onPolicy(
                -1, RowSpec.answer(0, 1, 2).withScore(Score.of(1).withPerToken(List.of(1.0))));
        assertThatThrownBy(() -> ppo.estimate(tokens.rows(), tokens.scores()))
                .hasMessage("rewards of tokens of row 0 was 1, must be none or one for each of its 2; "
                        + "score the episode that is trained");
    }

    @Test
    void aRewardWhoseTokenIsNotTrainedGoesToTheNearestThatIs() {
        boolean[] mask = {false, false, false, true, true, false};
        Score score = Score.of(9).withPerTurn(List.of(2.0, 3.0)).withPerToken(List.of(0.0, 0.0, 0.5));
        RowSpec spec = new RowSpec(mask, new int[] {1, 3}, new int[] {2, 3}, 0, score, true, true, false);
        PpoOptions plain = PpoOptions.TRL
                .withKl(Optional.empty())
                .withWhitening(Optional.empty())
                .withGae(new Gae.Options(0, 0));
        RowBatch batch = RowBatch.onPolicy(-1, spec);
        Estimate estimate = new Ppo(plain).estimate(batch.rows(), batch.scores());
        assertThat(estimate.columns().get(TokenColumn.ADVANTAGE)).isDeepEqualTo(new float[][] {{0, 0, 0, 2, 3.5f, 0}});
        assertThat(estimate.metrics().get("objective/scores")).isEqualTo(5.5);
    }

    @Test
    void aRoundInWhichEveryEpisodeBrokeTrainsNothing() {
        RowSpec broken = new RowSpec(
                new boolean[] {false, true}, new int[] {1}, new int[] {1}, 0, Score.of(1), false, true, false);
        RowBatch batch = RowBatch.onPolicy(-1, broken, broken);
        Ppo ppo = new Ppo(ADAPTIVE);
        Estimate estimate = ppo.estimate(batch.rows(), batch.scores());
        assertThat(estimate.trained()).isDeepEqualTo(new boolean[2][2]);
        assertThat(estimate.metrics().values()).allMatch(Double::isFinite);
        assertThat(ppo.state().path("klCoefficient").doubleValue()).isEqualTo(0.1);
    }

    @Test
    void numbersThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> PpoOptions.TRL.withEntropyCoefficient(Double.NaN))
                .hasMessage("entropyCoefficient was NaN, must be finite; use 0 for none");
        assertThatThrownBy(() -> PpoOptions.TRL.withMissingEosScore(Double.NEGATIVE_INFINITY))
                .hasMessage("missingEosScore was -Infinity, must be finite; use -1, or leave it out");
        assertThatThrownBy(() -> PpoOptions.TRL.withCriticRounds(-1))
                .hasMessage("criticRounds was -1, must be at least 0; use 0 for no warm-up");
        assertThatThrownBy(() -> new ValueLoss(0, 1))
                .hasMessage("clip of values was 0.0, must be above 0; use 0.2, or infinity for no limit");
        assertThatThrownBy(() -> new ValueLoss(1, 0))
                .hasMessage("coefficient of the value loss was 0.0, must be finite and above 0; "
                        + "use 0.1; an algorithm without a critic is GRPO or RLOO");
    }
}
