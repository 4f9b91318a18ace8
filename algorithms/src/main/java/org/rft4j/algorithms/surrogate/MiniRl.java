package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.Check;

/**
 * MiniRL: the policy gradient of tokens, weighted by how much likelier the token is now than when it was sampled, and left out where the
 * ratio within the training engine has moved too far. With s the sampler's log-prob and r the ratio against the old log-prob:
 *
 * <pre>
 *   L = -sg( min( exp(lp - s), cap ) ) M A lp
 *   M = 0  if A is above 0 and r above 1 + high, or A below 0 and r below 1 - low;  else 1
 * </pre>
 *
 * <p>"Stabilizing Reinforcement Learning with LLMs: Formulation and Practices" (arXiv 2512.01374). The weight contains both what the two
 * engines disagree on and how stale the sample is; the mask sees staleness alone, so that the ratio must be taken against log-probs of the
 * training engine. A further correction between sampler and trainer would count twice.
 *
 * <p>Differences:
 *
 * <ol>
 *   <li>{@code lp - s} is clamped at 20 from above, so that the weight stays finite under an infinite cap.
 * </ol>
 *
 * <p>Limits: where sampler, old and new policy agree it is {@link PolicyGradient}.
 *
 * <p>Needs the column {@link TokenColumn#SAMPLER_LOG_PROB}.
 *
 * <p>Metrics: {@code clip_ratio/low_mean}, {@code high_mean}, {@code region_mean}, {@code low_min}, {@code high_max}: tokens left out;
 * {@code minirl/capped}: tokens whose weight is cut; {@code ppo_kl}.
 *
 * @param low how far below 1 the ratio may go, at most 1, which is no bound
 * @param high how far above 1, may be infinite
 * @param cap the largest weight, may be infinite
 */
public record MiniRl(double low, double high, double cap) implements Surrogate {
    /** The paper's values. */
    public static final MiniRl PAPER = new MiniRl(0.2, 0.27, 5);

    private static final double LOG_LIMIT = 20;

    /** Checks the bounds. */
    public MiniRl {
        Check.that(low >= 0 && low <= 1, "low", low, "must be from 0 to 1", "use 1 for no bound from below");
        Check.that(high >= 0, "high", high, "must be at least 0", "use infinity for no bound from above");
        Check.that(cap > 0, "cap", cap, "must be above 0", "use 5 as the paper does");
    }

    @Override
    public boolean comparesWithSampler() {
        return true;
    }

    @Override
    public NDArray perToken(SurrogateInput input, LossMetrics metrics) {
        NDArray logProbs = input.batch().logProbs();
        NDArray advantages = input.advantages();
        NDArray ratio = input.logRatio().stopGradient().exp();
        NDArray below = SurrogateMetrics.where(ratio.lt(1 - low).logicalAnd(advantages.lt(0)), ratio);
        NDArray above = SurrogateMetrics.where(ratio.gt(1 + high).logicalAnd(advantages.gt(0)), ratio);
        NDArray kept = below.add(above).neg().add(1);
        NDArray sinceSampled = logProbs.stopGradient()
                .sub(input.batch().column(TokenColumn.SAMPLER_LOG_PROB))
                .clip(Double.NEGATIVE_INFINITY, LOG_LIMIT)
                .exp();
        SurrogateMetrics.tellClipped(below, above, input, metrics);
        NDArray capped = SurrogateMetrics.where(sinceSampled.gt(cap), ratio);
        SurrogateMetrics.tellShare("minirl/capped", capped, input, metrics);
        SurrogateMetrics.tellDistance(input, metrics);
        NDArray weights = sinceSampled.clip(0, cap).mul(kept).mul(advantages);
        return logProbs.mul(weights).neg();
    }
}
