package org.rft4j.algorithms.kl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;

/**
 * What a sampled token says of {@code KL(policy, reference)}, from the difference {@code d = log p - log p_reference} of its log-probs.
 *
 * <p>Schulman, "Approximating KL divergence" (2020). As a loss, under the policy's own samples: the gradient of {@link #K1} is 0 in
 * expectation, that of {@link #K2} is the gradient of KL(policy, reference), that of {@link #K3} the gradient of KL(reference, policy).
 */
public enum KlForm {
    /** {@code d}: unbiased, of either sign. verl's {@code kl}. */
    K1 {
        @Override
        NDArray of(NDArray difference) {
            return difference;
        }

        @Override
        double of(double difference) {
            return difference;
        }
    },

    /** {@code |d|}. verl's {@code abs}. */
    ABSOLUTE {
        @Override
        NDArray of(NDArray difference) {
            return difference.abs();
        }

        @Override
        double of(double difference) {
            return Math.abs(difference);
        }
    },

    /** {@code d^2 / 2}: biased, small variance. verl's {@code mse}. */
    K2 {
        @Override
        NDArray of(NDArray difference) {
            return difference.mul(difference).mul(0.5f);
        }

        @Override
        double of(double difference) {
            return difference * difference / 2;
        }
    },

    /** {@code exp(-d) - 1 + d}: unbiased, never negative. GRPO; verl's {@code low_var_kl}. */
    K3 {
        @Override
        NDArray of(NDArray difference) {
            // Near 0 the three terms cancel: single precision would leave nothing of a small distance but noise.
            NDArray square = difference.mul(difference);
            NDArray series =
                    square.mul(difference.mul(difference.div(24).sub(1 / 6.0)).add(0.5));
            NDArray plain = difference.neg().exp().sub(1).add(difference);
            return NDArrays.where(difference.abs().lt(SMALL), series, plain);
        }

        @Override
        double of(double difference) {
            return Math.expm1(-difference) + difference;
        }
    };

    /** Below it the next term of the series is less than 1e-10 of the value. */
    private static final double SMALL = 1e-2;

    abstract NDArray of(NDArray difference);

    abstract double of(double difference);
}
