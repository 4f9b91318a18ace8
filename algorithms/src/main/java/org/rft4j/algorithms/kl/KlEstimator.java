package org.rft4j.algorithms.kl;

import ai.djl.ndarray.NDArray;
import org.rft4j.engine.Check;

/**
 * An estimate of the KL divergence for each token.
 *
 * <p>Differences from the sources: where TRL and the papers clamp nothing, {@link Clamp#WIDE} still keeps the exponential of k3 finite in
 * fp32. Beyond a clamp the gradient is 0.
 *
 * @param form the estimate
 * @param clamp its limits
 * @param gradient whose gradient it has
 */
public record KlEstimator(KlForm form, Clamp clamp, Gradient gradient) {
    /** GRPO's and TRL's: k3, nothing clamped. */
    public static final KlEstimator K3 = new KlEstimator(KlForm.K3, Clamp.WIDE, Gradient.OWN);

    /** verl's {@code low_var_kl}: k3, clamped. */
    public static final KlEstimator CLAMPED_K3 = new KlEstimator(KlForm.K3, Clamp.VERL, Gradient.OWN);

    /** The log-ratio itself, for KL in the reward. */
    public static final KlEstimator K1 = new KlEstimator(KlForm.K1, Clamp.WIDE, Gradient.OWN);

    /**
     * Limits.
     *
     * @param difference the difference of log-probs is brought into [-difference, difference]
     * @param value then the estimate into [-value, value]
     */
    public record Clamp(double difference, double value) {
        private static final double WIDEST = 80;

        /** As wide as fp32 allows. */
        public static final Clamp WIDE = new Clamp(WIDEST, Double.POSITIVE_INFINITY);

        /** verl, NeMo-RL: 20 and 10. */
        public static final Clamp VERL = new Clamp(20, 10);

        /** OpenRLHF: differences of at most 10. */
        public static final Clamp OPEN_RLHF = new Clamp(10, Double.POSITIVE_INFINITY);

        /** Checks the limits. */
        public Clamp {
            Check.that(
                    difference > 0 && difference <= WIDEST,
                    "clamp of log-prob differences",
                    difference,
                    "must be above 0 and at most " + WIDEST + ", beyond which fp32 overflows",
                    "use 20, as verl does");
            Check.that(value > 0, "clamp of KL estimates", value, "must be above 0", "use 10, as verl does");
        }
    }

    /** Whose gradient an estimate has. */
    public enum Gradient {
        /** Its own. */
        OWN {
            @Override
            NDArray apply(NDArray value, NDArray difference) {
                return value;
            }
        },

        /**
         * That of k2 (not clamped), which under the policy's own samples is the gradient of KL(policy, reference); the value stays. verl's
         * {@code k1+}, {@code k3+}.
         */
        OF_K2 {
            @Override
            NDArray apply(NDArray value, NDArray difference) {
                NDArray k2 = KlForm.K2.of(difference);
                return value.stopGradient().add(k2.sub(k2.stopGradient()));
            }
        };

        abstract NDArray apply(NDArray value, NDArray difference);
    }

    /**
     * The estimate of each token in training.
     *
     * @param logProbs [B,T] under the policy; it may carry gradients
     * @param referenceLogProbs [B,T] under the reference, constant
     * @return [B,T], 0 where both are equal
     */
    public NDArray of(NDArray logProbs, NDArray referenceLogProbs) {
        NDArray difference = logProbs.sub(referenceLogProbs);
        NDArray value = form.of(difference.clip(-clamp.difference, clamp.difference));
        if (clamp.value < Double.POSITIVE_INFINITY) {
            value = value.clip(-clamp.value, clamp.value);
        }
        return gradient.apply(value, difference);
    }

    /**
     * The estimate of one token on the host.
     *
     * @param logProb under the policy
     * @param referenceLogProb under the reference
     * @return the estimate
     */
    public double of(double logProb, double referenceLogProb) {
        double difference = clamped(logProb - referenceLogProb, clamp.difference);
        return clamped(form.of(difference), clamp.value);
    }

    private static double clamped(double value, double limit) {
        return Math.min(limit, Math.max(-limit, value));
    }
}
