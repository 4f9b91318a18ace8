package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.engine.Check;

/**
 * GMPO: the geometric mean of a sequence's ratios, each of which is bounded before. With d the log-ratio of a token, under
 * {@link org.rft4j.algorithms.ratio.RatioLevel#TOKEN}, and n trained tokens:
 *
 * <pre>
 *   d' = min(d, high)  if A is above 0;   max(d, -low)  if A is below 0;   0 if it is 0
 *   L  = -(mean of A) exp( sum d' / n )    at every token of the sequence
 * </pre>
 *
 * <p>"Geometric-Mean Policy Optimization" (arXiv 2507.20673), equation 4 and algorithm 1. Followed: verl ({@code core_algos.py} at b178a3cd,
 * {@code compute_policy_loss_geo_mean}).
 *
 * <p>Differences:
 *
 * <ol>
 *   <li>The paper has one bound for both sides; two that are equal are the same.
 *   <li>The paper has one advantage per sequence. Where they differ within one their mean counts, as in verl.
 *   <li>verl takes the mean over the sequences of the micro-batch whatever aggregation was asked for. Here the loss of a sequence stands at
 *       each of its tokens and the weights decide; those of a sequence mean of token means give verl's value.
 * </ol>
 *
 * <p>Limits: at r = 1 the gradients of a sequence are those of {@link PpoClip} with the mean advantage; without bounds it is GSPO without
 * bounds.
 *
 * <p>Metrics: {@code pg_clipfrac} and {@code pg_clipfrac_lower}, tokens outside of the range whose advantage is positive or negative, as
 * verl counts; {@code ppo_kl}.
 *
 * @param low how far the log-ratio may go below 0 where the advantage is negative
 * @param high how far above 0 where it is positive
 */
public record Gmpo(double low, double high) implements Surrogate {
    /** The paper's range, exp(-0.4) to exp(0.4). */
    public static final Gmpo PAPER = new Gmpo(0.4, 0.4);

    /** Checks the bounds. */
    public Gmpo {
        Check.that(low >= 0, "low", low, "must be at least 0", "use 0.4 as the paper does");
        Check.that(high >= 0, "high", high, "must be at least 0", "use 0.4 as the paper does");
    }

    @Override
    public NDArray perToken(SurrogateInput input, LossMetrics metrics) {
        LossInput batch = input.batch();
        NDArray sign = input.advantages().sign();
        NDArray clipped = input.logRatio().clip(-low, high);
        // With the sign in front, the smaller one is the one that the bound allows, whichever side it is on.
        NDArray allowed =
                NDArrays.minimum(input.logRatio().mul(sign), clipped.mul(sign)).mul(sign);
        tell(clipped, input, metrics);
        NDArray tokens = batch.mask().sum(new int[] {1}, true).maximum(1);
        NDArray ratio = rowMean(allowed, batch.mask(), tokens).exp();
        NDArray advantage = rowMean(input.advantages(), batch.mask(), tokens);
        return ratio.mul(advantage).neg().mul(batch.mask());
    }

    private static NDArray rowMean(NDArray values, NDArray mask, NDArray tokens) {
        return values.mul(mask).sum(new int[] {1}, true).div(tokens);
    }

    private static void tell(NDArray clipped, SurrogateInput input, LossMetrics metrics) {
        NDArray outside = input.logRatio().neq(clipped);
        NDArray above = outside.logicalAnd(input.advantages().gt(0));
        NDArray below = outside.logicalAnd(input.advantages().lt(0));
        SurrogateMetrics.tellShare("actor/pg_clipfrac", SurrogateMetrics.where(above, clipped), input, metrics);
        SurrogateMetrics.tellShare("actor/pg_clipfrac_lower", SurrogateMetrics.where(below, clipped), input, metrics);
        SurrogateMetrics.tellDistance(input, metrics);
    }
}
