package org.rft4j.rollout.selection;

import org.rft4j.engine.Check;

/**
 * How long sampling goes on for a batch.
 *
 * @param groups how many wanted groups make a batch
 * @param mostRounds after how many generation rounds it is settled with what there is
 * @param leastTasks at least so many tasks are sampled in each generation round, even if fewer groups are missing: it keeps a
 *     sampler busy, and makes up beforehand for groups that will be dropped
 * @param passMark the least reward that counts as success in what selectors hear
 * @param surplus what becomes of wanted groups beyond the batch
 * @param atLimit what becomes of a batch for which too few groups were found
 */
public record DynamicSamplingOptions(
        int groups, int mostRounds, int leastTasks, double passMark, Surplus surplus, LimitRule atLimit) {
    /** What becomes of wanted groups beyond the batch. */
    public enum Surplus {
        /** They come first in the next batch, written by weights that are older by a step. */
        KEPT,
        /** They are thrown away. */
        DROPPED
    }

    /** Checks the numbers. */
    public DynamicSamplingOptions {
        Check.that(groups >= 1, "groups of a batch", groups, "must be at least 1", "use the batch size");
        Check.that(mostRounds >= 1, "mostRounds", mostRounds, "must be at least 1", "use 10");
        Check.that(leastTasks >= 1, "leastTasks", leastTasks, "must be at least 1", "use 1 for what is missing only");
    }

    /**
     * Samples what is missing, up to ten times, keeps surplus groups, and goes on with fewer groups.
     *
     * @param groups how many wanted groups make a batch
     * @param passMark the least reward that counts as success
     * @return the options
     */
    public static DynamicSamplingOptions of(int groups, double passMark) {
        return new DynamicSamplingOptions(groups, 10, 1, passMark, Surplus.KEPT, LimitRule.fewer());
    }

    /**
     * Replaces the limits of sampling.
     *
     * @param rounds after how many generation rounds a batch is settled
     * @param tasks at least so many tasks are sampled in each
     * @return new options
     */
    public DynamicSamplingOptions withRounds(int rounds, int tasks) {
        return new DynamicSamplingOptions(groups, rounds, tasks, passMark, surplus, atLimit);
    }

    /**
     * Replaces what becomes of too many or too few groups.
     *
     * @param tooMany wanted groups beyond the batch
     * @param tooFew a batch that is not full
     * @return new options
     */
    public DynamicSamplingOptions withRules(Surplus tooMany, LimitRule tooFew) {
        return new DynamicSamplingOptions(groups, mostRounds, leastTasks, passMark, tooMany, tooFew);
    }
}
