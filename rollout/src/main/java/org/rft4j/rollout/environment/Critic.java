package org.rft4j.rollout.environment;

import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Score;

/** Says in words what is wrong with an answer. It may ask a model: it runs where environments run, under their deadline. */
@FunctionalInterface
public interface Critic {
    /** Says only whether the answer is right. */
    Critic VERDICT = (task, answer, score) ->
            Verdicts.right(score) ? "The solution above is correct." : "The solution above is incorrect.";

    /**
     * Criticises.
     *
     * @param task what was asked
     * @param answer what the policy wrote
     * @param score what the reward said of it, with its feedback
     * @return the critique, which the policy reads
     * @throws Exception whatever goes wrong; the episode ends as failed, with its message
     */
    String critique(TaskRecord task, String answer, Score score) throws Exception;

    /**
     * Says whether the answer is right, and what the right one is.
     *
     * @param column holds the reference answer
     * @return the critic
     */
    static Critic withReference(String column) {
        return (task, answer, score) ->
                VERDICT.critique(task, answer, score) + " The correct answer is " + task.text(column) + ".";
    }

    /** The feedback of the reward itself, or the verdict where it gives none. */
    Critic REWARD_FEEDBACK = (task, answer, score) -> score.feedback().isEmpty()
            ? VERDICT.critique(task, answer, score)
            : String.join(
                    "\n", score.feedback().stream().map(said -> said.text()).toList());
}
