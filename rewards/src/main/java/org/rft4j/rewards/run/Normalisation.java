package org.rft4j.rewards.run;

import org.rft4j.engine.Check;

/** What is done to each reward of a panel before the rewards are weighed and added up. */
public sealed interface Normalisation {
    /** Values are added up as they are. */
    record None() implements Normalisation {}

    /**
     * Each reward is centred and scaled within its group, so that one with a small spread is not drowned by one with a large one: the
     * order of GDPO. Equal values give exactly 0.
     *
     * @param epsilon added to the unbiased deviation
     */
    record WithinGroup(double epsilon) implements Normalisation {
        /** Checks epsilon. */
        public WithinGroup {
            requireEpsilon(epsilon);
        }
    }

    /**
     * Each reward is centred and scaled by all its values of the run so far, those of the batch included.
     *
     * @param epsilon added to the unbiased deviation
     */
    record Running(double epsilon) implements Normalisation {
        /** Checks epsilon. */
        public Running {
            requireEpsilon(epsilon);
        }
    }

    private static void requireEpsilon(double epsilon) {
        Check.that(epsilon >= 0 && Double.isFinite(epsilon), "epsilon", epsilon, "must be at least 0", "use 1e-4");
    }
}
