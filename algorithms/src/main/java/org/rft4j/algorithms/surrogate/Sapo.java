package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.engine.Check;

/**
 * SAPO: a soft gate in place of the clip.
 *
 * <pre>  L = -A 4/tau sigmoid( tau (r - 1) ),   tau = tauPositive if A is above 0, else tauNegative</pre>
 *
 * <p>"Soft Adaptive Policy Optimization" (arXiv 2511.20347). Followed: TRL ({@code grpo_trainer.py} at f2cd5771, {@code sapo}) and verl
 * ({@code core_algos.py} at b178a3cd, {@code compute_policy_loss_sapo}), which agree. No differences from the paper are known.
 *
 * <p>Limits: at r = 1 the gradient is -A per log-prob whatever tau is; for tau to 0 the gradient is that of -r A.
 *
 * <p>Metrics: {@code ppo_kl}. Nothing is clipped.
 *
 * @param tauPositive how sharp the gate is for tokens with a positive advantage
 * @param tauNegative the same for all others
 */
public record Sapo(double tauPositive, double tauNegative) implements Surrogate {
    /** The paper's temperatures, 1 and 1.05: tokens with a negative advantage are let go sooner. */
    public static final Sapo PAPER = new Sapo(1, 1.05);

    /** Checks the temperatures. */
    public Sapo {
        requireTemperature("tauPositive", tauPositive);
        requireTemperature("tauNegative", tauNegative);
    }

    private static void requireTemperature(String name, double tau) {
        Check.that(
                tau > 0 && tau < Double.POSITIVE_INFINITY,
                name,
                tau,
                "must be finite and above 0",
                "use PpoClip for a hard bound, PpoClip.UNCLIPPED for none");
    }

    @Override
    public NDArray perToken(SurrogateInput input, LossMetrics metrics) {
        SurrogateMetrics.tellDistance(input, metrics);
        NDArray advantages = input.advantages();
        NDArray positive = SurrogateMetrics.where(advantages.gt(0), advantages);
        NDArray others = SurrogateMetrics.where(advantages.lte(0), advantages);
        NDArray tau = positive.mul(tauPositive).add(others.mul(tauNegative));
        NDArray ratio = input.logRatio().exp();
        NDArray gate = Activation.sigmoid(ratio.sub(1).mul(tau)).mul(4).div(tau);
        return gate.mul(advantages).neg();
    }
}
