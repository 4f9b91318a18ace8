package org.rft4j.core.trajectory;

import java.util.Arrays;
import java.util.Optional;

/** Judges whether a group of scored trajectories is wanted. */
@FunctionalInterface
public interface GroupRule {
    /**
     * Judges a group.
     *
     * @param group scored samples of a task
     * @return why it is not wanted, as metrics call it; empty if it is
     */
    Optional<String> objection(TrajectoryGroup group);

    /**
     * Wants groups whose rewards differ, as DAPO's dynamic sampling does: where they are equal, advantages relative to the group
     * are 0. Scores that are not applicable do not count.
     *
     * @return objects with {@code unscored} where fewer than two members have a reward, {@code equalRewards} where all are equal
     */
    static GroupRule rewardsDiffer() {
        return group -> {
            double[] rewards = group.rewards();
            if (rewards.length < 2) {
                return Optional.of("unscored");
            }
            boolean equal = Arrays.stream(rewards).allMatch(reward -> reward == rewards[0]);
            return equal ? Optional.of("equalRewards") : Optional.empty();
        };
    }

    /**
     * Wants groups with a success.
     *
     * @param least the least reward that counts as one
     * @return objects with {@code noSuccess}
     */
    static GroupRule hasReward(double least) {
        return group -> Arrays.stream(group.rewards()).anyMatch(reward -> reward >= least)
                ? Optional.empty()
                : Optional.of("noSuccess");
    }
}
