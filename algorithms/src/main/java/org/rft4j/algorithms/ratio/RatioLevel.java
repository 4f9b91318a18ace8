package org.rft4j.algorithms.ratio;

import ai.djl.ndarray.NDArray;
import org.rft4j.engine.Check;

/**
 * What stands for new over old probability at a token. With {@code d_t = lp_t - old_t} at trained tokens, n of them in a row:
 *
 * <pre>
 *   Token          d_t
 *   SequenceMean   M = sum_t d_t / n, at every token of the row
 *   SequenceToken  sg(M) + lp_t - sg(lp_t)
 *   SequenceSum    sum_t d_t, at every token of the row
 * </pre>
 *
 * <p>Logs are clamped where their exp would leave float32, so that a ratio is finite however far two policies are apart. Beyond the clamp no
 * gradient comes back. Called by one thread at a time on arrays of one device.
 */
public sealed interface RatioLevel {
    /** Ratios of tokens: PPO, GRPO, DAPO. The log is clamped at 20 on both sides, as verl's losses of tokens do. */
    RatioLevel TOKEN = new Token(20);

    /** Geometric mean over a sequence: GSPO. The mean's log is clamped at 20 on both sides. */
    RatioLevel SEQUENCE_MEAN = new SequenceMean(20);

    /** GSPO-token. The log is clamped at 10 from above, as verl's GSPO does. */
    RatioLevel SEQUENCE_TOKEN = new SequenceToken(10);

    /** Probability of the whole sequence, new over old. The sum is clamped at 20 on both sides. */
    RatioLevel SEQUENCE_SUM = new SequenceSum(20);

    /**
     * The log of what stands for new over old probability.
     *
     * @param logProbs [B,T], carries gradients
     * @param oldLogProbs [B,T], constant
     * @param mask [B,T], 1 = the token is trained
     * @return [B,T], 0 where the mask is 0; what lies there in the other arrays does not matter as long as it is finite
     */
    NDArray logRatio(NDArray logProbs, NDArray oldLogProbs, NDArray mask);

    /**
     * The ratio of each token.
     *
     * <p>Reference implementation: verl {@code core_algos.py} at b178a3cd, {@code compute_policy_loss_vanilla}. TRL has no clamp.
     *
     * @param limit where the log is clamped, on both sides
     */
    record Token(double limit) implements RatioLevel {
        /** Checks the limit. */
        public Token {
            requireLimit(limit);
        }

        @Override
        public NDArray logRatio(NDArray logProbs, NDArray oldLogProbs, NDArray mask) {
            return logProbs.sub(oldLogProbs).mul(mask).clip(-limit, limit);
        }
    }

    /**
     * The geometric mean of a row's ratios.
     *
     * <p>"Group Sequence Policy Optimization" (arXiv 2507.18071), equation 7; TRL's {@code importance_sampling_level="sequence"}. Difference
     * from both: the mean is clamped.
     *
     * @param limit where the mean's log is clamped, on both sides
     */
    record SequenceMean(double limit) implements RatioLevel {
        /** Checks the limit. */
        public SequenceMean {
            requireLimit(limit);
        }

        @Override
        public NDArray logRatio(NDArray logProbs, NDArray oldLogProbs, NDArray mask) {
            return rowMean(logProbs, oldLogProbs, mask).clip(-limit, limit).mul(mask);
        }
    }

    /**
     * The geometric mean of a row's ratios as a value, with the gradient of each token's own. With advantages that differ within a row it
     * is more than {@link SequenceMean}; with equal ones, and weights that are equal within a row, the two have the same gradient.
     *
     * <p>"Group Sequence Policy Optimization" (arXiv 2507.18071), GSPO-token; verl {@code core_algos.py} at b178a3cd,
     * {@code compute_policy_loss_gspo}, which clamps from above only: from below the ratio goes to 0.
     *
     * @param limit where the log is clamped from above
     */
    record SequenceToken(double limit) implements RatioLevel {
        /** Checks the limit. */
        public SequenceToken {
            requireLimit(limit);
        }

        @Override
        public NDArray logRatio(NDArray logProbs, NDArray oldLogProbs, NDArray mask) {
            NDArray mean = rowMean(logProbs, oldLogProbs, mask).stopGradient();
            NDArray zeroWithGradient = logProbs.sub(logProbs.stopGradient());
            return zeroWithGradient.add(mean).mul(mask).clip(Double.NEGATIVE_INFINITY, limit);
        }
    }

    /**
     * The product of a row's ratios.
     *
     * @param limit where the sum's log is clamped, on both sides
     */
    record SequenceSum(double limit) implements RatioLevel {
        /** Checks the limit. */
        public SequenceSum {
            requireLimit(limit);
        }

        @Override
        public NDArray logRatio(NDArray logProbs, NDArray oldLogProbs, NDArray mask) {
            return rowSum(logProbs, oldLogProbs, mask).clip(-limit, limit).mul(mask);
        }
    }

    private static NDArray rowSum(NDArray logProbs, NDArray oldLogProbs, NDArray mask) {
        return logProbs.sub(oldLogProbs).mul(mask).sum(new int[] {1}, true);
    }

    private static NDArray rowMean(NDArray logProbs, NDArray oldLogProbs, NDArray mask) {
        NDArray tokens = mask.sum(new int[] {1}, true).maximum(1);
        return rowSum(logProbs, oldLogProbs, mask).div(tokens);
    }

    private static void requireLimit(double limit) {
        Check.that(
                limit > 0 && limit <= 80,
                "limit of a log-ratio",
                limit,
                "must be above 0 and at most 80, beyond which a ratio leaves float32",
                "use 20");
    }
}
