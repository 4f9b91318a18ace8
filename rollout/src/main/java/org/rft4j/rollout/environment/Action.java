package org.rft4j.rollout.environment;

import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;

/**
 * A turn of the policy, as its environment sees it.
 *
 * @param turn which turn, from 0
 * @param text what the policy wrote, behind the prefix that was forced on the turn, if one was
 * @param truncated whether the turn was cut off rather than ended
 */
public record Action(int turn, String text, boolean truncated) {
    /**
     * The turn as rewards see it.
     *
     * @param task what the episode is about
     * @return a single completion
     */
    public RewardSample asSample(TaskRecord task) {
        RewardSample sample = RewardSample.of(task, text);
        return truncated ? sample.cutOff() : sample;
    }
}
