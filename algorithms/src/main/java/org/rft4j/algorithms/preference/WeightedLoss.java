package org.rft4j.algorithms.preference;

import org.rft4j.engine.Check;

/**
 * A loss in a mixture.
 *
 * @param loss which one
 * @param weight how much it counts
 */
public record WeightedLoss(PairLoss loss, double weight) {
    /** Checks the weight. */
    public WeightedLoss {
        Check.that(
                weight > 0 && Double.isFinite(weight),
                "weight of a loss",
                weight,
                "must be finite and above 0",
                "leave out a loss that does not count");
    }
}
