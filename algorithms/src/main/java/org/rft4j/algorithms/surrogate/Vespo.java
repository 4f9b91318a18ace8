package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.engine.Check;

/**
 * VESPO: the policy gradient, weighted by a smooth function of how much likelier the sequence has become, which is 1 at 1 and falls off on both
 * sides.
 *
 * <pre>  L = -sg(phi) A lp,   phi = exp( lambda + k log w - lambda w ),   log w = clamp(log r, log 1e-8, 20)</pre>
 *
 * <p>with r under {@link org.rft4j.algorithms.ratio.RatioLevel#SEQUENCE_SUM}, and k and lambda by the sign of A, those for positive ones at 0.
 *
 * <p>"VESPO: Variational Sequence-Level Soft Policy Optimization for Stable Off-Policy LLM Training" (arXiv 2602.10693). Followed: TRL
 * ({@code grpo_trainer.py} at f2cd5771, {@code get_gamma_weights}).
 *
 * <p>Differences:
 *
 * <ol>
 *   <li>TRL clamps the log-ratio of each token at 20 before it adds them up; here only the sum is clamped.
 *   <li>TRL adds the correction between sampler and trainer to log w. Take the ratio against the sampler's log-probs for that.
 * </ol>
 *
 * <p>Limits: at r = 1 it is {@link PolicyGradient}.
 *
 * <p>Metrics: {@code vespo/phi_seq_mean}, here the mean over tokens; {@code ppo_kl}.
 *
 * @param kPositive exponent of w where A is at least 0
 * @param lambdaPositive decay with w there
 * @param kNegative exponent where A is below 0
 * @param lambdaNegative decay there
 */
public record Vespo(double kPositive, double lambdaPositive, double kNegative, double lambdaNegative)
        implements Surrogate {
    /** TRL's values. */
    public static final Vespo TRL = new Vespo(2, 3, 3, 2);

    private static final double LOG_SMALLEST = Math.log(1e-8);

    private static final double LOG_LARGEST = 20;

    /** Checks the numbers. */
    public Vespo {
        requirePositive("kPositive", kPositive);
        requirePositive("lambdaPositive", lambdaPositive);
        requirePositive("kNegative", kNegative);
        requirePositive("lambdaNegative", lambdaNegative);
    }

    private static void requirePositive(String name, double value) {
        Check.that(
                value > 0 && value < Double.POSITIVE_INFINITY,
                name,
                value,
                "must be finite and above 0",
                "use Vespo.TRL for TRL's values");
    }

    @Override
    public NDArray perToken(SurrogateInput input, LossMetrics metrics) {
        NDArray advantages = input.advantages();
        NDArray logWeight = input.logRatio().stopGradient().clip(LOG_SMALLEST, LOG_LARGEST);
        NDArray positive = SurrogateMetrics.where(advantages.gte(0), advantages);
        NDArray negative = SurrogateMetrics.where(advantages.lt(0), advantages);
        NDArray phi = phi(logWeight, kPositive, lambdaPositive)
                .mul(positive)
                .add(phi(logWeight, kNegative, lambdaNegative).mul(negative));
        SurrogateMetrics.tellShare("vespo/phi_seq_mean", phi, input, metrics);
        SurrogateMetrics.tellDistance(input, metrics);
        return input.batch().logProbs().mul(phi).mul(advantages).neg();
    }

    private static NDArray phi(NDArray logWeight, double k, double lambda) {
        return logWeight.mul(k).sub(logWeight.exp().sub(1).mul(lambda)).exp();
    }
}
