package org.rft4j.rollout.replay;

import org.rft4j.engine.Check;

/** How a group's priority decides its chance to be drawn. */
@FunctionalInterface
public interface ReplayWeighting {
    /**
     * A weight: the first draw takes a group with a chance of its weight over the sum of all weights.
     *
     * @param priority of the group, at least 0
     * @return at least 0; groups of weight 0 are never drawn
     */
    double weight(double priority);

    /**
     * Every group with the same chance.
     *
     * @return a weight of 1
     */
    static ReplayWeighting uniform() {
        return priority -> 1;
    }

    /**
     * Chances that grow with the priority.
     *
     * @param exponent 1 = in proportion; above 0
     * @return priority to the power of the exponent
     */
    static ReplayWeighting prioritised(double exponent) {
        Check.that(
                exponent > 0 && exponent <= 100,
                "exponent of priorities",
                exponent,
                "must be above 0 and at most 100",
                "use uniform() where the priority does not matter");
        return priority -> StrictMath.pow(priority, exponent);
    }
}
