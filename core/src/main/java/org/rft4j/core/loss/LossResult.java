package org.rft4j.core.loss;

import ai.djl.ndarray.NDArray;

/**
 * What a loss gives back.
 *
 * @param loss a scalar, this micro-batch's share of the optimiser step's loss
 * @param metrics what it tells beside
 */
public record LossResult(NDArray loss, LossMetrics metrics) {
    /**
     * A loss that tells nothing beside.
     *
     * @param loss a scalar
     * @return the result
     */
    public static LossResult of(NDArray loss) {
        return new LossResult(loss, new LossMetrics());
    }
}
