package org.rft4j.rollout.replay;

import java.util.Arrays;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** Says how much is to be learned from a group. A store asks once, when the group is added. */
@FunctionalInterface
public interface ReplayPriority {
    /**
     * The priority.
     *
     * @param group scored samples of a task
     * @return at least 0 and finite
     */
    double of(TrajectoryGroup group);

    /**
     * The population variance of the group's rewards, as in exploratory iteration: p (1 - p) for a pass rate p.
     *
     * @return 0 for a group without two rewards
     */
    static ReplayPriority rewardVariance() {
        return group -> {
            double[] rewards = group.rewards();
            double mean = Arrays.stream(rewards).average().orElse(0);
            return Arrays.stream(rewards)
                    .map(reward -> (reward - mean) * (reward - mean))
                    .average()
                    .orElse(0);
        };
    }

    /**
     * The mean of |advantage|, where an advantage is the reward minus the group's mean. Advantages of another kind are a lambda
     * that looks them up.
     *
     * @return 0 for a group without two rewards
     */
    static ReplayPriority absoluteAdvantage() {
        return group -> {
            double[] rewards = group.rewards();
            double mean = Arrays.stream(rewards).average().orElse(0);
            return Arrays.stream(rewards)
                    .map(reward -> Math.abs(reward - mean))
                    .average()
                    .orElse(0);
        };
    }
}
