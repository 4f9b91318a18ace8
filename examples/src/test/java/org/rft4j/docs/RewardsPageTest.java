package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.SelfCheck;
import org.rft4j.rewards.SelfCheckReport;
import org.rft4j.rewards.answer.AnswerExtraction;
import org.rft4j.rewards.answer.AnswerSource;
import org.rft4j.rewards.answer.Boxed;
import org.rft4j.rewards.answer.InTag;
import org.rft4j.rewards.answer.Pick;
import org.rft4j.rewards.answer.Reveal;
import org.rft4j.rewards.answer.WholeText;
import org.rft4j.rewards.maths.MathsEquivalence;
import org.rft4j.rewards.maths.MathsOptions;
import org.rft4j.rewards.maths.MathsReward;
import org.rft4j.rewards.maths.MathsRewardOptions;
import org.rft4j.rewards.maths.Verdict;

/** The code of docs/rewards.md. */
class RewardsPageTest {
    @Test
    void selfCheck() {
        List<TaskRecord> tasks = List.of(TaskRecord.of("eggs", "How much?").with("answer", "9 * 2 = 18\n#### 18"));
        MathsReward reward = new MathsReward(MathsRewardOptions.GSM8K);
        SelfCheckReport report = SelfCheck.run(reward, tasks);
        report.requirePassed();
        assertThat(report.tasks()).isEqualTo(1);
    }

    @Test
    void whereTheAnswerStands() {
        TaskRecord task = TaskRecord.of("choose", "\\binom{10}{3}?").with("solution", "120");
        AnswerSource source = new AnswerSource(
                "solution", new WholeText(), AnswerExtraction.firstOf(new InTag("answer", Pick.STRICT), Boxed.LAST));
        MathsReward strict = new MathsReward(
                MathsRewardOptions.DEFAULT.withSource(source).evaluatedOnly().withReveal(Reveal.NOTHING));
        Score score = strict.score(RewardSample.of(task, "<answer>\\frac{240}{2}</answer>"));
        assertThat(score.value()).isEqualTo(1);
        assertThat(strict.score(RewardSample.of(task, "\\boxed{\\binom{10}{3}}"))
                        .value())
                .isZero();
    }

    @Test
    void equivalence() {
        MathsEquivalence equivalence = new MathsEquivalence(MathsOptions.DEFAULT);
        Verdict verdict = equivalence.compare("\\frac{2}{\\sqrt{3}-1}", "1+\\sqrt3");
        assertThat(verdict.isEqual()).isTrue();
    }
}
