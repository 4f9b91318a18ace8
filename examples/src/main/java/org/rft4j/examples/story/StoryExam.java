package org.rft4j.examples.story;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.trainer.GroupCollector;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;

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
        Dataset<TaskRecord> openings = Openings.heldOut();
        List<TaskRecord> tasks =
                IntStream.range(0, openings.size()).mapToObj(openings::get).toList();
        GroupCollector collector = new GroupCollector(
                rollout, Optional.of(RewardScorer.of(reward)), model.tokenizer(), texts, Optional.empty());
        List<TrajectoryGroup> groups = collector.collect(0, tasks);
        double mean = groups.stream()
                .flatMap(group -> group.members().stream())
                .mapToDouble(member -> member.score().value())
                .average()
                .orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "%n%s, %d texts on openings that are not trained: mean of '%s' %.3f%n",
                when,
                texts * tasks.size(),
                reward.name(),
                mean);
        groups.forEach(
                group -> group.members().stream().limit(SHOWN_PER_OPENING).forEach(StoryExam::show));
        System.out.println();
        return mean;
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
