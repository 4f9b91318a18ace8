package org.rft4j.core.selection;

import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.Check;

/**
 * What came of sampling a task.
 *
 * @param taskId which task
 * @param samples how many samples were scored
 * @param successes how many of them passed
 */
public record TaskOutcome(String taskId, int samples, int successes) {
    /** Checks the numbers. */
    public TaskOutcome {
        Check.that(samples >= 0, "samples of task " + taskId, samples, "must be at least 0", "count scored samples");
        Check.that(
                successes >= 0 && successes <= samples,
                "successes of task " + taskId,
                successes,
                "must be between 0 and the number of samples " + samples,
                "count the samples that passed");
    }

    /**
     * Counts a group's successes. Members whose score is not applicable do not count.
     *
     * @param group scored samples of a task
     * @param passMark the least reward that counts as success
     * @return the outcome
     */
    public static TaskOutcome of(TrajectoryGroup group, double passMark) {
        double[] rewards = group.rewards();
        int successes = 0;
        for (double reward : rewards) {
            successes += reward >= passMark ? 1 : 0;
        }
        return new TaskOutcome(group.task().id(), rewards.length, successes);
    }

    /**
     * The share of samples that passed.
     *
     * @return from 0 to 1, NaN if there is no sample
     */
    public double passRate() {
        return successes / (double) samples;
    }
}
