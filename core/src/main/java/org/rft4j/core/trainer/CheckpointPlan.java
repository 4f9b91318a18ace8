package org.rft4j.core.trainer;

import org.rft4j.engine.Check;

/**
 * When a run writes checkpoints, and which it keeps. One is always written at the end.
 *
 * @param everySteps after so many optimiser steps; 0 = at the end only
 * @param keepLast how many of the newest are kept; the best is kept besides
 * @param exportModel whether each holds the model or adapter as Hugging Face tools load it; the last and the best always do
 */
public record CheckpointPlan(long everySteps, int keepLast, boolean exportModel) {
    /** Every 50 steps, the newest two. */
    public static final CheckpointPlan DEFAULT = new CheckpointPlan(50, 2, true);

    /** Checks the numbers. */
    public CheckpointPlan {
        Check.that(everySteps >= 0, "everySteps", everySteps, "must be at least 0", "0 writes one at the end");
        Check.that(keepLast >= 1, "keepLast", keepLast, "must be at least 1", "2 survives a damaged one");
    }

    boolean due(long step) {
        return everySteps > 0 && step % everySteps == 0;
    }
}
