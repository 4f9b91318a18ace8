package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossMetrics;

/**
 * The policy gradient as it stands.
 *
 * <pre>  L = -A lp</pre>
 *
 * <p>REINFORCE (Williams, "Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning", 1992). Right for
 * tokens that the policy has just drawn; it corrects nothing for older ones.
 *
 * <p>Reference implementation: verl {@code core_algos.py} at b178a3cd, {@code compute_policy_loss_gpg}. No metrics.
 */
public record PolicyGradient() implements Surrogate {
    @Override
    public NDArray perToken(SurrogateInput input, LossMetrics metrics) {
        return input.batch().logProbs().mul(input.advantages()).neg();
    }
}
