package org.rft4j.core.evaluation;

import java.util.OptionalDouble;
import org.rft4j.engine.Check;

/**
 * Ends a run whose evaluation is good enough, or does not get better any more.
 *
 * @param goal what evaluations are judged by
 * @param patience after how many evaluations in a row without improvement the run ends, at least 1
 * @param leastImprovement what counts as improvement: gaining more than this over the best so far
 * @param goodEnough the run ends when the metric reaches this, if it is given
 */
public record EarlyStop(Goal goal, int patience, double leastImprovement, OptionalDouble goodEnough) {
    /** Checks the numbers. */
    public EarlyStop {
        Check.that(patience >= 1, "patience", patience, "must be at least 1", "use 3");
        Best.requireLeast(leastImprovement);
    }

    /**
     * Begins to listen.
     *
     * @return somebody who has heard nothing yet
     */
    public Patience patient() {
        return new Patience(this);
    }
}
