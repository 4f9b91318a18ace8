package org.rft4j.core.trainer;

import org.rft4j.engine.Check;

/**
 * How long a run is, and what a round of it is.
 *
 * @param rounds how many rounds
 * @param tasksPerRound how many tasks each samples
 * @param groupSize how many episodes of each task
 * @param passMark the least reward that counts as success where tasks are chosen by success
 * @param seed every draw of the run follows from it, and from what it is for
 * @param mostSkippedSteps after so many steps in a row whose gradients were not finite the run gives up
 * @param mostEmptyRounds after so many rounds in a row without anything to train the run gives up
 */
public record RunOptions(
        long rounds,
        int tasksPerRound,
        int groupSize,
        double passMark,
        long seed,
        int mostSkippedSteps,
        int mostEmptyRounds) {
    /** Checks the numbers. */
    public RunOptions {
        Check.that(rounds >= 1, "rounds", rounds, "must be at least 1", "200 is a short run");
        Check.that(tasksPerRound >= 1, "tasksPerRound", tasksPerRound, "must be at least 1", "8 is a small batch");
        Check.that(groupSize >= 1, "groupSize", groupSize, "must be at least 1", "8 is usual");
        Check.that(Double.isFinite(passMark), "passMark", passMark, "must be finite", "1 suits rewards of 0 and 1");
        Check.that(mostSkippedSteps >= 1, "mostSkippedSteps", mostSkippedSteps, "must be at least 1", "use 5");
        Check.that(mostEmptyRounds >= 1, "mostEmptyRounds", mostEmptyRounds, "must be at least 1", "use 10");
    }

    /**
     * The usual: success is a reward of 1, a run gives up after 5 steps without finite gradients or 10 rounds without anything to train.
     *
     * @param rounds how many rounds
     * @param tasksPerRound how many tasks each samples
     * @param groupSize how many episodes of each task
     * @param seed of the run
     * @return the options
     */
    public static RunOptions of(long rounds, int tasksPerRound, int groupSize, long seed) {
        return new RunOptions(rounds, tasksPerRound, groupSize, 1, seed, 5, 10);
    }
}
