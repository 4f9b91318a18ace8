package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.engine.Check;

/**
 * OPMD, online policy mirror descent in its simple form: the policy gradient, held back by a penalty on the distance to the current policy,
 * whose gradient there is that of a factor.
 *
 * <pre>  L = -A lp / (1 + tau)</pre>
 *
 * <p>"Trinity-RFT: A General-Purpose and Unified Framework for Reinforcement Fine-Tuning of Large Language Models" (arXiv 2505.17826), after
 * Kimi k1.5 (arXiv 2501.12599). Followed: Trinity-RFT {@code opmd_policy_loss.py} at 51d229f5.
 *
 * <p>Differences:
 *
 * <ol>
 *   <li>Kimi k1.5 has the squared distance of log-probs in its loss; here it is only in the factor, and samples need no old log-prob.
 * </ol>
 *
 * <p>Limits: tau 0 is {@link PolicyGradient}. No metrics.
 *
 * @param tau strength of the penalty, 1 in Trinity-RFT
 */
public record Opmd(double tau) implements Surrogate {
    /** Checks the strength. */
    public Opmd {
        Check.that(
                tau >= 0 && tau < Double.POSITIVE_INFINITY,
                "tau",
                tau,
                "must be finite and at least 0",
                "use 1 as Trinity-RFT does");
    }

    @Override
    public NDArray perToken(SurrogateInput input, LossMetrics metrics) {
        return input.batch().logProbs().mul(input.advantages()).mul(-1 / (1 + tau));
    }
}
