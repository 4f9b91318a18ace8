package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;

/** What several surrogates tell, by the same names. */
final class SurrogateMetrics {
    private SurrogateMetrics() {}

    /** A condition as numbers of the same type as other numbers, 1 = it holds. */
    static NDArray where(NDArray condition, NDArray like) {
        return condition.toType(like.getDataType(), false);
    }

    /** {@code ppo_kl}: mean of old minus new log-prob over all trained tokens, as the ratio level sees it. */
    static void tellDistance(SurrogateInput input, LossMetrics metrics) {
        NDArray distance = input.logRatio().stopGradient().neg();
        metrics.share("actor/ppo_kl", input.batch().tokenMean(distance));
    }

    /** A share of all trained tokens. */
    static void tellShare(String name, NDArray chosen, SurrogateInput input, LossMetrics metrics) {
        metrics.share(name, input.batch().tokenMean(chosen));
    }

    /**
     * {@code clip_ratio/...}: which share of all trained tokens a clip holds back from below and from above, together, and in the sequence
     * with the smallest and the largest share.
     *
     * @param low [B,T], 1 = held back from below, where the advantage is negative
     * @param high [B,T], 1 = held back from above, where it is positive
     */
    static void tellClipped(NDArray low, NDArray high, SurrogateInput input, LossMetrics metrics) {
        tellShare("clip_ratio/low_mean", low, input, metrics);
        tellShare("clip_ratio/high_mean", high, input, metrics);
        tellShare("clip_ratio/region_mean", low.add(high), input, metrics);
        LossInput batch = input.batch();
        NDArray tokens = batch.mask().sum(new int[] {1});
        NDArray emptyRow = where(tokens.eq(0), low); // counts as 1, so that it is never the smallest
        NDArray lowOfRow = low.mul(batch.mask()).sum(new int[] {1}).div(tokens.maximum(1));
        NDArray highOfRow = high.mul(batch.mask()).sum(new int[] {1}).div(tokens.maximum(1));
        metrics.smallest("clip_ratio/low_min", lowOfRow.add(emptyRow).min());
        metrics.largest("clip_ratio/high_max", highOfRow.max());
    }
}
