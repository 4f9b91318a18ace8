package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossMetrics;

/**
 * TOPR, tapered off-policy REINFORCE: good samples are learnt as they are, bad ones with a weight that fades as they become unlikely.
 *
 * <pre>  L = -sg(w) A lp,   w = min(r, 1) where A is at most 0, else 1</pre>
 *
 * <p>"Tapered Off-Policy REINFORCE" (arXiv 2503.14286), with the paper's truncation [0, 1] for negative and none for positive samples.
 * Followed: Trinity-RFT {@code topr_policy_loss.py}.
 *
 * <p>Differences:
 *
 * <ol>
 *   <li>The paper's ratio is that of the whole sequence, {@link org.rft4j.algorithms.ratio.RatioLevel#SEQUENCE_SUM}; Trinity-RFT takes that
 *       of the token, {@link org.rft4j.algorithms.ratio.RatioLevel#TOKEN}. Whoever builds the algorithm chooses.
 *   <li>The paper writes rewards in the place of A. Advantages with another baseline are its "baseline" variant.
 * </ol>
 *
 * <p>Limits: at r = 1 or above it is {@link PolicyGradient}.
 *
 * <p>Metrics: {@code topr/weight}, the mean weight; {@code ppo_kl}.
 */
public record Topr() implements Surrogate {
    @Override
    public NDArray perToken(SurrogateInput input, LossMetrics metrics) {
        NDArray advantages = input.advantages();
        NDArray positive = SurrogateMetrics.where(advantages.gt(0), advantages);
        NDArray others = SurrogateMetrics.where(advantages.lte(0), advantages);
        NDArray ratio = input.logRatio().stopGradient().exp();
        NDArray weight = ratio.clip(0, 1).mul(others).add(positive);
        SurrogateMetrics.tellShare("topr/weight", weight, input, metrics);
        SurrogateMetrics.tellDistance(input, metrics);
        return input.batch().logProbs().mul(weight).mul(advantages).neg();
    }
}
