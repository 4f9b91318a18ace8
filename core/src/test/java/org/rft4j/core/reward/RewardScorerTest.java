package org.rft4j.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardScorer.Scored;
import org.rft4j.engine.InvalidInputException;

class RewardScorerTest {
    private static final double EXACT = 1e-12;
    /** Numbers score themselves, blanks have no answer, all else throws. */
    private static final Reward NUMBER = Reward.named(
            "number",
            sample -> sample.completion().isBlank()
                    ? Score.notApplicable("blank")
                    : Score.of(Double.parseDouble(sample.completion())));

    private static List<RewardSample> group(String task, String... completions) {
        List<RewardSample> group = new ArrayList<>();
        for (String completion : completions) {
            group.add(RewardSample.of(TaskRecord.of(task, "?"), completion));
        }
        return group;
    }

    @Test
    void aRewardScoresSampleAfterSample() throws Exception {
        Scored scored = RewardScorer.of(NUMBER).score(List.of(group("a", "1", " ", "x"), group("b", "4")), 0);
        assertThat(scored.scores().get(0).get(0)).isEqualTo(Score.of(1));
        assertThat(scored.scores().get(0).get(1)).isEqualTo(Score.notApplicable("blank"));
        assertThat(scored.scores().get(1)).containsExactly(Score.of(4));
        assertThat(scored.metrics())
                .containsOnlyKeys(
                        "rewards/number/mean",
                        "rewards/number/std",
                        "rewards/number/not_applicable",
                        "rewards/number/failed",
                        "rewards/number/timed_out")
                .containsEntry("rewards/number/mean", 2.5)
                .containsEntry("rewards/number/not_applicable", 1.0)
                .containsEntry("rewards/number/failed", 1.0)
                .containsEntry("rewards/number/timed_out", 0.0);
        assertThat(scored.metrics().get("rewards/number/std")).isCloseTo(Math.sqrt(4.5), within(EXACT));
    }

    @Test
    void whatThrowsOrIsNullIsNotApplicableAndSaysWhy() throws Exception {
        String threw = "reward 'number' threw java.lang.NumberFormatException: For input string: \"x\" on task a";
        Score failed = RewardScorer.of(NUMBER)
                .score(List.of(group("a", "x")), 0)
                .scores()
                .get(0)
                .get(0);
        assertThat(failed).isEqualTo(Score.notApplicable(threw).withDiagnostic("failed", threw));

        Scored none = RewardScorer.of(sample -> noScore()).score(List.of(group("a", "x")), 0);
        assertThat(none.scores().get(0).get(0).diagnostics())
                .containsEntry("failed", "reward 'reward' gave back null, must give a score on task a");
        assertThat(none.metrics()).containsEntry("rewards/reward/failed", 1.0).doesNotContainKey("rewards/reward/mean");
    }

    @Test
    void aRewardThatRecursesTooDeepFailsOnItsSampleOnly() throws Exception {
        Reward deep = sample -> Score.of(upwards(sample.completion().length()));
        assertThat(RewardScorer.of(deep).score(List.of(group("a", "(")), 0).metrics())
                .containsEntry("rewards/reward/failed", 1.0);
    }

    @Test
    void interruptsEndTheBatch() {
        Reward interrupted = sample -> {
            throw new InterruptedException("stop");
        };
        assertThatThrownBy(() -> RewardScorer.of(interrupted).score(List.of(group("a", "1")), 0))
                .isInstanceOf(InterruptedException.class)
                .hasMessage("stop");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> RewardScorer.of(NUMBER).score(List.of(group("a", "1")), 0))
                .isInstanceOf(InterruptedException.class)
                .hasMessage("interrupted while reward 'number' was asked");
    }

    @Test
    void aSingleValueHasNoSpread() {
        assertThat(new RewardTally(List.of(3.0), 0, 0, 0).metrics("r"))
                .containsEntry("rewards/r/mean", 3.0)
                .containsEntry("rewards/r/std", 0.0);
    }

    @Test
    void aSingleRewardKeepsNothing() {
        RewardScorer scorer = RewardScorer.of(NUMBER);
        scorer.restore(scorer.state());
        assertThatThrownBy(() -> scorer.restore(JsonNodeFactory.instance.numberNode(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("state of reward 'number' was 1, must be empty, a single reward keeps nothing; "
                        + "restore what state() gave");
    }

    private static int upwards(int from) {
        return from == 0 ? 0 : 1 + upwards(from + 1);
    }

    @SuppressWarnings("NullAway")
    private static Score noScore() {
        return null;
    }
}
