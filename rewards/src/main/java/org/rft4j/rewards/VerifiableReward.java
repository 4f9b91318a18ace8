package org.rft4j.rewards;

import java.util.List;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Reward;

/**
 * A reward that can say, for a task, which completions it must accept and which it must not. {@link SelfCheck} tries them before
 * training: a row whose own gold answer does not score would teach nothing, or the wrong thing.
 */
public interface VerifiableReward extends Reward {
    /**
     * Completions that must earn {@link #fullScore}: the gold answer, in the forms in which a model may write it.
     *
     * @param task prompt and columns
     * @return the texts; none if the reward has nothing to say of this task
     */
    List<String> right(TaskRecord task);

    /**
     * Completions that must earn less than {@link #fullScore}: one that is empty, and wrong answers.
     *
     * @param task prompt and columns
     * @return the texts
     */
    List<String> wrong(TaskRecord task);

    /**
     * What a right completion earns.
     *
     * @return the highest score that this reward gives, 1 for most; a penalty has 0
     */
    default double fullScore() {
        return 1;
    }
}
