package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import org.rft4j.algorithms.logistic.Logistic;
import org.rft4j.engine.Check;

/**
 * Which divergence from the reference a policy is held back by: it makes scores f'(r) of log-ratios u = log r, where DPO's reverse KL has the
 * log-ratio itself.
 *
 * <p>"Beyond Reverse KL: Generalizing Direct Preference Optimization with Diverse Divergence Constraints" (arXiv 2309.16240), table 1.
 * Followed: TRL 1.16.0 ({@code dpo_trainer.py}, {@code f_divergence_type}), with the constants that make f'(1) = 0; losses see differences of
 * scores, in which constants cancel, unless they are divided by lengths.
 *
 * <p>Differences: exponents above 80 count as 80, without a slope. TRL clamps those of the alpha divergence, there, and not those of the
 * forward KL.
 */
public sealed interface FDivergence {
    /** DPO's own. */
    FDivergence REVERSE_KL = new ReverseKl();

    /**
     * Scores of log-ratios.
     *
     * @param logRatios [P] of whole answers
     * @return [P]
     */
    NDArray scores(NDArray logRatios);

    /** {@code u}. */
    record ReverseKl() implements FDivergence {
        @Override
        public NDArray scores(NDArray logRatios) {
            return logRatios;
        }
    }

    /** {@code 1 - e^-u}: the policy covers all that the reference does. */
    record ForwardKl() implements FDivergence {
        @Override
        public NDArray scores(NDArray logRatios) {
            return Stable.expMinusOne(logRatios.neg()).neg();
        }
    }

    /** {@code log 2 + log sigmoid(u)}, of the Jensen-Shannon divergence. */
    record JensenShannon() implements FDivergence {
        @Override
        public NDArray scores(NDArray logRatios) {
            return Logistic.logSigmoid(logRatios).add(Math.log(2));
        }
    }

    /**
     * {@code (e^((a-1) u) - 1) / (a-1)}: between forward KL, which is a = 0, and reverse KL, which a = 1 stands for as its limit.
     *
     * @param a alpha; TRL's default is 0.5
     */
    record Alpha(double a) implements FDivergence {
        /** TRL takes what is nearer to 1 for the limit. */
        private static final double NEAR_ONE = 1e-6;

        /** Checks alpha. */
        public Alpha {
            Check.that(Double.isFinite(a), "a of an alpha divergence", a, "must be finite", "use 0.5");
        }

        @Override
        public NDArray scores(NDArray logRatios) {
            double exponent = a - 1;
            return Math.abs(exponent) < NEAR_ONE
                    ? logRatios
                    : Stable.expMinusOne(logRatios.mul(exponent)).div(exponent);
        }
    }
}
