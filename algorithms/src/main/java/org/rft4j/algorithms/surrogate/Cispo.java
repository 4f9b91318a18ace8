package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.engine.Check;

/**
 * CISPO: the ratio is a weight with bounds, and every token keeps a gradient.
 *
 * <pre>  L = -sg( clip(r, smallest, largest) ) A lp</pre>
 *
 * <p>"MiniMax-M1: Scaling Test-Time Compute Efficiently with Lightning Attention" (arXiv 2506.13585), equations 4 and 5.
 *
 * <p>Differences:
 *
 * <ol>
 *   <li>The paper writes both bounds and tunes the upper one alone. TRL ({@code grpo_trainer.py} at f2cd5771) has the upper one, as a value
 *       of the ratio: {@link #upTo}. verl ({@code core_algos.py} at b178a3cd, {@code compute_policy_loss_cispo}) has both, as distances
 *       from 1: {@link #around}.
 * </ol>
 *
 * <p>Limits: {@code [0, infinity]} is the importance weighted policy gradient; at r = 1 within the bounds it is {@link PolicyGradient}.
 *
 * <p>Metrics: {@code cispo_clip_ratio}, tokens with a positive advantage whose weight the upper bound cut, as TRL counts;
 * {@code pg_clipfrac}, all tokens whose weight was changed, as verl counts; {@code ppo_kl}.
 *
 * @param smallest weight, at least 0
 * @param largest weight, may be infinite
 */
public record Cispo(double smallest, double largest) implements Surrogate {
    /** Checks the bounds. */
    public Cispo {
        Check.that(smallest >= 0, "smallest", smallest, "must be at least 0", "use 0 for no bound from below");
        Check.that(
                largest > smallest,
                "largest",
                largest,
                "must be above smallest, which is " + smallest,
                "use infinity for no bound from above");
    }

    /**
     * TRL's form.
     *
     * @param largest weight, such as 5
     * @return no bound from below
     */
    public static Cispo upTo(double largest) {
        return new Cispo(0, largest);
    }

    /**
     * verl's form.
     *
     * @param low how far below 1 a weight may go
     * @param high how far above 1
     * @return the range [1 - low, 1 + high]
     */
    public static Cispo around(double low, double high) {
        return new Cispo(1 - low, 1 + high);
    }

    @Override
    public NDArray perToken(SurrogateInput input, LossMetrics metrics) {
        NDArray ratio = input.logRatio().stopGradient().exp();
        NDArray advantages = input.advantages();
        NDArray tooLarge = ratio.gt(largest);
        NDArray cutUpwards = SurrogateMetrics.where(tooLarge.logicalAnd(advantages.gt(0)), ratio);
        NDArray changed = SurrogateMetrics.where(tooLarge.logicalOr(ratio.lt(smallest)), ratio);
        SurrogateMetrics.tellShare("cispo_clip_ratio", cutUpwards, input, metrics);
        SurrogateMetrics.tellShare("actor/pg_clipfrac", changed, input, metrics);
        SurrogateMetrics.tellDistance(input, metrics);
        NDArray weights = ratio.clip(smallest, largest).mul(advantages);
        return input.batch().logProbs().mul(weights).neg();
    }
}
