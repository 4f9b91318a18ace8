package org.rft4j.rewards.run;

import org.rft4j.engine.Check;

/** What becomes of a sample whose reward threw, ran out of time, or gave back something unfit. It is counted in any case. */
public sealed interface FailurePolicy {
    /** The sample is left out of training. */
    record SkipRow() implements FailurePolicy {}

    /**
     * The sample gets a score all the same.
     *
     * @param value usually the least that the reward can give
     */
    record WorstScore(double value) implements FailurePolicy {
        /** Checks the value. */
        public WorstScore {
            Check.that(Double.isFinite(value), "worst score", value, "must be finite", "use 0");
        }
    }

    /** The whole run ends with a {@link RewardFailedException}. */
    record Abort() implements FailurePolicy {}
}
