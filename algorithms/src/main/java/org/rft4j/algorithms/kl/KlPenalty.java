package org.rft4j.algorithms.kl;

import ai.djl.ndarray.NDArray;

/** What distance from the reference costs, and where it is charged. */
public sealed interface KlPenalty {
    /** No reference, no cost. */
    record None() implements KlPenalty {}

    /**
     * Added to the loss of each token, with gradients, and aggregated like it.
     *
     * @param estimator of the current policy's distance
     * @param coefficient what it is multiplied by
     * @param weighting whether samples of older weights are corrected for
     */
    record InLoss(KlEstimator estimator, KlCoefficient coefficient, Weighting weighting) implements KlPenalty {}

    /**
     * Taken from the reward of each token, on old log-probs and without gradients. Estimators that know one reward for a sequence take its
     * sum over the sequence from that.
     *
     * @param estimator of the sampled policy's distance
     * @param coefficient what it is multiplied by
     */
    record InReward(KlEstimator estimator, KlCoefficient coefficient) implements KlPenalty {}

    /** Whether an estimate on tokens of older weights is corrected for that. */
    enum Weighting {
        /** It is not. */
        PLAIN {
            @Override
            public NDArray apply(NDArray estimates, NDArray logProbs, NDArray oldLogProbs) {
                return estimates;
            }
        },
        /**
         * It is multiplied by {@code p / p_old}, with gradients, which makes estimate and gradient unbiased for {@link KlForm#K3}: DeepSeek-V3.2
         * (arXiv 2512.02556), section 3.1; TRL's {@code use_bias_correction_kl}. The log of the ratio is clamped at 20 on both sides. The ratio is the token's,
         * whatever level the policy loss has; TRL takes that of the sequence where its loss does.
         */
        BY_RATIO {
            @Override
            public NDArray apply(NDArray estimates, NDArray logProbs, NDArray oldLogProbs) {
                NDArray logRatio = logProbs.sub(oldLogProbs).clip(-LARGEST_LOG_RATIO, LARGEST_LOG_RATIO);
                return estimates.mul(logRatio.exp());
            }
        };

        private static final double LARGEST_LOG_RATIO = 20;

        /**
         * Corrects estimates.
         *
         * @param estimates [B,T]
         * @param logProbs [B,T] under the policy
         * @param oldLogProbs [B,T] under the weights that drew the tokens, constant
         * @return [B,T]
         */
        public abstract NDArray apply(NDArray estimates, NDArray logProbs, NDArray oldLogProbs);
    }
}
