package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.engine.Check;

/**
 * DPPO: a token is left out where its probability has moved too far, measured as a distance of distributions and not as a ratio, so that a
 * rare token may move by a large factor. With p and q the new and old probability of the sampled token:
 *
 * <pre>  L = -sg( min(r, cap) ) M A lp,   M = 0 if the token would be moved on beyond its bound, else 1</pre>
 *
 * <p>A token with a positive advantage is moved up and bounded by {@code high}, every other one is moved down and bounded by {@code low}.
 *
 * <p>"Rethinking the Trust Region in LLM Reinforcement Learning" (arXiv 2602.04879), the two-outcome forms: the sampled token against all
 * others together. Followed: verl ({@code core_algos.py}, {@code compute_policy_loss_dppo_tv} and {@code compute_policy_loss_dppo_kl}).
 *
 * <p>Differences:
 *
 * <ol>
 *   <li>The weight is capped, as in verl, where the paper's objective has the plain ratio; an infinite cap is the paper's.
 *   <li>The gradient comes from lp with the ratio as a constant weight, as in verl. It is that of the ratio itself below the cap, and goes on
 *       above it.
 * </ol>
 *
 * <p>Limits: bounds of 1 under {@link Divergence#TOTAL_VARIATION}, and infinite ones under both, leave no token out: {@link Cispo#upTo}.
 *
 * <p>Metrics: {@code pg_clipfrac}, tokens left out; {@code pg_clipfrac_lower}, tokens that stay in with a capped weight, as verl counts;
 * {@code ppo_kl}.
 *
 * @param divergence how the distance is measured
 * @param low the largest distance downwards
 * @param high the largest distance upwards
 * @param cap the largest weight, may be infinite
 */
public record Dppo(Divergence divergence, double low, double high, double cap) implements Surrogate {
    /** Keeps the logs of the other outcome's probability finite where a token is certain, as verl does. */
    private static final double CERTAIN = 1e-8;

    /** Distances between new and old probability of a token. */
    public enum Divergence {
        /** |p - q|. */
        TOTAL_VARIATION {
            @Override
            NDArray between(NDArray logProbs, NDArray oldLogProbs) {
                return logProbs.exp().sub(oldLogProbs.exp()).abs();
            }
        },

        /** KL of (q, 1 - q) against (p, 1 - p). */
        BINARY_KL {
            @Override
            NDArray between(NDArray logProbs, NDArray oldLogProbs) {
                NDArray old = oldLogProbs.exp();
                NDArray otherOld = old.neg().add(1);
                NDArray other = logProbs.exp().neg().add(1);
                NDArray ofOthers =
                        otherOld.add(CERTAIN).div(other.add(CERTAIN)).log().mul(otherOld);
                return oldLogProbs.sub(logProbs).mul(old).add(ofOthers);
            }
        };

        abstract NDArray between(NDArray logProbs, NDArray oldLogProbs);
    }

    /** Checks the bounds. */
    public Dppo {
        Check.that(low >= 0, "low", low, "must be at least 0", "use infinity for no bound downwards");
        Check.that(high >= 0, "high", high, "must be at least 0", "use infinity for no bound upwards");
        Check.that(cap > 0, "cap", cap, "must be above 0", "use infinity for the plain ratio");
    }

    @Override
    public NDArray perToken(SurrogateInput input, LossMetrics metrics) {
        NDArray logProbs = input.batch().logProbs().stopGradient();
        NDArray old = input.oldLogProbs();
        NDArray distance = divergence.between(logProbs, old);
        NDArray up = input.advantages().gt(0);
        NDArray tooHigh = up.logicalAnd(distance.gt(high)).logicalAnd(logProbs.gt(old));
        NDArray tooLow = up.logicalNot().logicalAnd(distance.gt(low)).logicalAnd(logProbs.lt(old));
        NDArray leftOut = SurrogateMetrics.where(tooHigh.logicalOr(tooLow), logProbs);
        NDArray kept = leftOut.neg().add(1);
        NDArray ratio = input.logRatio().stopGradient().exp();
        tell(leftOut, SurrogateMetrics.where(ratio.gt(cap), kept).mul(kept), input, metrics);
        NDArray weights = ratio.clip(0, cap).mul(kept).mul(input.advantages());
        return input.batch().logProbs().mul(weights).neg();
    }

    private static void tell(NDArray leftOut, NDArray capped, SurrogateInput input, LossMetrics metrics) {
        SurrogateMetrics.tellShare("actor/pg_clipfrac", leftOut, input, metrics);
        SurrogateMetrics.tellShare("actor/pg_clipfrac_lower", capped, input, metrics);
        SurrogateMetrics.tellDistance(input, metrics);
    }
}
