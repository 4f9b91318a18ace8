package org.rft4j.rewards.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.RewardScorer.Scored;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.combine.WeightSchedule;

class PanelScorerTest {
    private static final TaskRecord TASK = TaskRecord.of("a", "?");
    /** Numbers score themselves, blanks have no answer, {@code sleep} takes too long, all else throws. */
    private static final Reward NUMBER = Reward.named("number", sample -> {
        if (sample.completion().equals("sleep")) {
            Thread.sleep(Duration.ofMinutes(1).toMillis());
        }
        return sample.completion().isBlank()
                ? Score.notApplicable("blank")
                : Score.of(Double.parseDouble(sample.completion()));
    });

    private static List<List<RewardSample>> groups(String... completions) {
        return List.of(List.of(completions).stream()
                .map(text -> RewardSample.of(TASK, text))
                .toList());
    }

    @Test
    void whatIsLeftOutIsNotApplicableAndEveryOutcomeIsCounted() throws Exception {
        PanelMember member = PanelMember.ofSample(NUMBER).within(Duration.ofMillis(300));
        try (RewardPanel panel = new RewardPanel(List.of(member), new Normalisation.None(), 5, 4)) {
            Scored scored = panel.scorer().score(groups("1", "3", " ", "x", "sleep"), 0);
            assertThat(scored.scores().get(0))
                    .extracting(Score::applicable)
                    .containsExactly(true, true, false, false, false);
            assertThat(scored.scores().get(0)).extracting(Score::value).containsExactly(1.0, 3.0, 0.0, 0.0, 0.0);
            assertThat(scored.scores().get(0).get(3).diagnostics().get("notApplicable"))
                    .isEqualTo(
                            "reward 'number' threw java.lang.NumberFormatException: For input string: \"x\" on task a");
            assertThat(scored.metrics())
                    .containsEntry("rewards/number/mean", 2.0)
                    .containsEntry("rewards/number/std", Math.sqrt(2))
                    .containsEntry("rewards/number/not_applicable", 1.0)
                    .containsEntry("rewards/number/failed", 1.0)
                    .containsEntry("rewards/number/timed_out", 1.0)
                    .containsKey(RewardPanel.ABANDONED_THREADS);
        }
    }

    @Test
    void weightsGoByTheRoundAndTheStateIsThatOfThePanel() throws Exception {
        LagrangeMultiplier multiplier = new LagrangeMultiplier(1, 1);
        PanelMember scheduled =
                PanelMember.ofSample(NUMBER).weighing(new Weight.Scheduled(WeightSchedule.linear(0, 10, 10)));
        PanelMember learned = PanelMember.ofSample(Reward.named("constraint", sample -> Score.of(-2)))
                .weighing(new Weight.Learned(multiplier));
        try (RewardPanel panel = new RewardPanel(List.of(scheduled, learned), new Normalisation.None(), 2, 4)) {
            RewardScorer scorer = panel.scorer();
            assertThat(scorer.score(groups("1"), 3).scores().get(0).get(0).value())
                    .isEqualTo(1); // 3 * 1 - 1 * 2
            assertThat(scorer.state()).isEqualTo(panel.state());
            scorer.restore(scorer.state());
            assertThat(multiplier.weight()).isEqualTo(3);
        }
    }
}
