package org.rft4j.examples.run;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.trainer.GroupCollector;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;

/**
 * What a policy answers to the questions of an evaluation. Held before and after training it draws the same random numbers, so that what
 * differs is the weights alone.
 *
 * @param answers to each question, with what they earned
 */
public record Examination(List<TrajectoryGroup> answers) {
    /** Copies the list. */
    public Examination {
        answers = List.copyOf(answers);
    }

    /**
     * Asks.
     *
     * @param plan which questions, how often, how they are answered and scored
     * @param tokenizer of the policy
     * @return the answers
     */
    public static Examination of(EvaluationPlan plan, Tokenizer tokenizer) {
        List<TaskRecord> questions = IntStream.range(0, plan.tasks().size())
                .mapToObj(plan.tasks()::get)
                .toList();
        GroupCollector asks = new GroupCollector(
                plan.rollout(), Optional.of(plan.scorer()), tokenizer, plan.samples(), Optional.empty());
        return new Examination(asks.collect(0, questions));
    }

    /**
     * What an answer earned in the mean.
     *
     * @return a share where right answers earn 1 and wrong ones 0
     */
    public double mean() {
        return answers.stream()
                .flatMap(group -> group.members().stream())
                .mapToDouble(answer -> answer.score().value())
                .average()
                .orElse(Double.NaN);
    }

    /**
     * For a look at what the policy writes.
     *
     * @return the first answer to each question
     */
    public List<ScoredTrajectory> first() {
        return answers.stream().map(group -> group.members().get(0)).toList();
    }
}
