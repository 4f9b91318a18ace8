package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.engine.Check;

/**
 * PPO's clipped surrogate, with what was added to it since. With r the ratio and A the advantage of a token:
 *
 * <pre>
 *   L = -min( min(r, delta) A, clip(r, 1 - low, 1 + high) A )
 *   L = min( L, -c A )    where A is negative
 * </pre>
 *
 * <p>"Proximal Policy Optimization Algorithms" (arXiv 1707.06347), equation 7; separate bounds from DAPO (arXiv 2503.14476); {@code c} from
 * dual clip (arXiv 1912.09729); {@code delta} from INTELLECT-2 (arXiv 2505.07291); {@code [1/(1+eps), 1+eps]} from LOOP (arXiv 2502.01600).
 * GSPO is this under {@link org.rft4j.algorithms.ratio.RatioLevel#SEQUENCE_MEAN}.
 *
 * <p>Differences:
 *
 * <ol>
 *   <li>{@code delta} holds back the unclipped branch alone, as in TRL ({@code grpo_trainer.py} at f2cd5771, {@code _compute_loss}). It
 *       bites where A is negative, as {@code c} does; the values then differ ({@code -delta A} and {@code -c A}), the gradient is 0 in
 *       both.
 *   <li>{@code c} acts where A is negative alone, as in verl ({@code core_algos.py} at b178a3cd, {@code compute_policy_loss_vanilla}).
 *   <li>Both may be given: {@code delta} comes first.
 * </ol>
 *
 * <p>Limits: at r = 1 the gradient is -A per log-prob; {@link #UNCLIPPED} is plain importance weighting.
 *
 * <p>Metrics: {@code clip_ratio/low_mean}, {@code high_mean}, {@code region_mean}, {@code low_min}, {@code high_max} and {@code ppo_kl};
 * with {@code c} also {@code pg_clipfrac_lower}, the share of tokens that it holds back. TRL counts sequences in place of tokens under a
 * sequence ratio; here tokens are counted throughout.
 *
 * @param low how far below 1 the ratio may go, at most 1, which is no bound
 * @param high how far above 1, may be infinite
 * @param delta the largest ratio of the unclipped branch, above 1 + high; infinite for none
 * @param dualClip c, above 1; infinite for none
 */
public record PpoClip(double low, double high, double delta, double dualClip) implements Surrogate {
    /** No bound: the loss is -r A. */
    public static final PpoClip UNCLIPPED = of(1, Double.POSITIVE_INFINITY);

    /** Checks the bounds. */
    public PpoClip {
        Check.that(low >= 0 && low <= 1, "low", low, "must be from 0 to 1", "use 1 for no bound from below");
        Check.that(high >= 0, "high", high, "must be at least 0", "use infinity for no bound from above");
        Check.that(
                delta > 1 + high || delta == Double.POSITIVE_INFINITY,
                "delta",
                delta,
                "must be above 1 + high, which is " + (1 + high) + ", or it would act on the clipped branch too",
                "raise it, or use infinity for none");
        Check.that(
                dualClip > 1,
                "dualClip",
                dualClip,
                "must be above 1, or it would hold back the first step",
                "use 3 as verl does, or infinity for none");
    }

    /**
     * The clip of PPO and DAPO.
     *
     * @param low how far below 1 the ratio may go
     * @param high how far above 1
     * @return neither delta nor c
     */
    public static PpoClip of(double low, double high) {
        return new PpoClip(low, high, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    /**
     * LOOP's clip, which bounds the log of the ratio by the same amount on both sides.
     *
     * @param epsilon 0.1 in the paper
     * @return the range [1/(1+epsilon), 1+epsilon]
     */
    public static PpoClip loop(double epsilon) {
        Check.that(epsilon >= 0, "epsilon", epsilon, "must be at least 0", "use 0.1 as the paper does");
        return of(1 - 1 / (1 + epsilon), epsilon);
    }

    /**
     * The same with a bound on the unclipped branch.
     *
     * @param newDelta the largest ratio of the unclipped branch
     * @return a copy
     */
    public PpoClip withDelta(double newDelta) {
        return new PpoClip(low, high, newDelta, dualClip);
    }

    /**
     * The same with a bound on the loss of tokens with a negative advantage.
     *
     * @param newDualClip c
     * @return a copy
     */
    public PpoClip withDualClip(double newDualClip) {
        return new PpoClip(low, high, delta, newDualClip);
    }

    @Override
    public NDArray perToken(SurrogateInput input, LossMetrics metrics) {
        NDArray ratio = input.logRatio().exp();
        NDArray advantages = input.advantages();
        NDArray bounded = delta == Double.POSITIVE_INFINITY ? ratio : ratio.clip(0, delta);
        NDArray clipped = ratio.clip(1 - low, 1 + high);
        NDArray loss = NDArrays.minimum(bounded.mul(advantages), clipped.mul(advantages))
                .neg();
        tell(ratio.stopGradient(), input, metrics);
        return dualClip == Double.POSITIVE_INFINITY ? loss : dualClipped(loss, input, metrics);
    }

    private NDArray dualClipped(NDArray loss, SurrogateInput input, LossMetrics metrics) {
        NDArray advantages = input.advantages();
        NDArray bound = advantages.mul(-dualClip);
        NDArray negative = advantages.lt(0);
        NDArray heldBack = SurrogateMetrics.where(loss.gt(bound).logicalAnd(negative), loss);
        SurrogateMetrics.tellShare("actor/pg_clipfrac_lower", heldBack, input, metrics);
        return NDArrays.where(negative, NDArrays.minimum(loss, bound), loss);
    }

    private void tell(NDArray ratio, SurrogateInput input, LossMetrics metrics) {
        NDArray advantages = input.advantages();
        NDArray below = ratio.lt(1 - low).logicalAnd(advantages.lt(0));
        NDArray above = ratio.gt(1 + high).logicalAnd(advantages.gt(0));
        SurrogateMetrics.tellClipped(
                SurrogateMetrics.where(below, ratio), SurrogateMetrics.where(above, ratio), input, metrics);
        SurrogateMetrics.tellDistance(input, metrics);
    }

    /** Whether the clipped branch is the one that counts, so that the token has no gradient. */
    boolean holdsBack(double ratio, double advantage) {
        return advantage > 0 ? ratio > 1 + high : advantage < 0 && ratio < 1 - low;
    }
}
