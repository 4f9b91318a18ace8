package org.rft4j.examples.story;

import java.util.Locale;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.examples.run.Examination;

/**
 * An examination on held-out openings: the policy writes, a reward scores, a few texts are shown. Each examination draws the same random
 * numbers, so that what differs between two of them comes from the weights.
 *
 * @param rollout lets the policy write
 * @param model whose tokenizer the policy has
 * @param reward scores the texts
 * @param texts how many are written behind each opening
 */
public record StoryExam(Rollout rollout, LanguageModel model, Reward reward, int texts) {
    private static final int SHOWN_PER_OPENING = 2;

    /**
     * Examines, and prints the mean reward and some texts.
     *
     * @param when what the print-out is headed, such as {@code Before training}
     * @return the mean reward
     */
    public double hold(String when) {
        EvaluationPlan plan = new EvaluationPlan(
                "exam", Openings.heldOut(), rollout, RewardScorer.of(reward), texts, EvaluationRule.of());
        Examination exam = Examination.of(plan, model.tokenizer());
        System.out.printf(
                Locale.ROOT,
                "%n%s, %d texts on openings that are not trained: mean of '%s' %.3f%n",
                when,
                texts * plan.tasks().size(),
                reward.name(),
                exam.mean());
        exam.answers()
                .forEach(group ->
                        group.members().stream().limit(SHOWN_PER_OPENING).forEach(StoryExam::show));
        System.out.println();
        return exam.mean();
    }

    private static void show(ScoredTrajectory member) {
        String opening = member.trajectory().task().prompt() instanceof Prompt.Text text ? text.text() : "";
        System.out.printf(
                Locale.ROOT,
                "  %.2f  %s | %s%n",
                member.score().value(),
                opening,
                line(member.trajectory().completion()));
    }

    /**
     * A text in one line.
     *
     * @param text what a policy wrote
     * @return the same with blanks for line breaks
     */
    public static String line(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
