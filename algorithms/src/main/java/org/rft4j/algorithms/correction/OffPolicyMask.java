package org.rft4j.algorithms.correction;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.Check;

/**
 * Leaves out what has become unlikely and was bad besides: tokens with a negative advantage in sequences for which the policy of this
 * moment is too far from the sampler.
 *
 * <pre>{@code   keep_t = A_t >= 0 or mean_t(log p_sampler - log p) <= threshold}</pre>
 *
 * <p>DeepSeek-V3.2 (arXiv 2512.02556), section 3.1, as TRL has it ({@code off_policy_mask_threshold}). A token that is left out still
 * counts in what the loss is divided by. Sequences whose sampler log-probs are not known (NaN) are kept.
 *
 * @param threshold in nats for each token; TRL's documentation starts with 0.5
 */
public record OffPolicyMask(double threshold) {
    /** Checks the threshold. */
    public OffPolicyMask {
        Check.that(
                threshold >= 0 && threshold < Double.POSITIVE_INFINITY,
                "threshold of the off-policy mask",
                threshold,
                "must be finite and at least 0",
                "start with 0.5 nats for each token");
    }

    /**
     * Which tokens are kept.
     *
     * @param input with the columns advantage and sampler_log_prob
     * @return [B,T], 1 = kept, without gradients
     */
    public NDArray keep(LossInput input) {
        NDArray mask = input.mask();
        NDArray distance = input.column(TokenColumn.SAMPLER_LOG_PROB)
                .sub(input.logProbs().stopGradient())
                .mul(mask);
        int[] tokens = {1};
        NDArray mean = distance.sum(tokens, true).div(mask.sum(tokens, true).maximum(1)); // [B,1]
        NDArray far = mean.gt(threshold).toType(mask.getDataType(), false);
        NDArray bad = input.column(TokenColumn.ADVANTAGE).lt(0).toType(mask.getDataType(), false);
        return bad.mul(far).neg().add(1);
    }
}
