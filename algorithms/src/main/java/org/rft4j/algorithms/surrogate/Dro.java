package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.engine.Check;

/**
 * DRO: the policy gradient with a quadratic penalty on the distance to the old policy, in place of a ratio.
 *
 * <pre>  L = -A lp + beta/2 (lp - old)^2</pre>
 *
 * <p>After "Offline Regularised Reinforcement Learning for Large Language Models Alignment" (arXiv 2405.19107). Followed: verl
 * ({@code core_algos.py}, {@code compute_policy_loss_dro}).
 *
 * <p>Differences:
 *
 * <ol>
 *   <li>The paper learns a value of the prompt, and penalises whole sequences against a reference; here A is whatever the estimator
 *       gives, and each token is penalised against the policy it was drawn from.
 * </ol>
 *
 * <p>Limits: beta 0, and the first step of a round, are {@link PolicyGradient}. Metrics: {@code ppo_kl}.
 *
 * @param beta strength of the penalty
 */
public record Dro(double beta) implements Surrogate {
    /** Checks the strength. */
    public Dro {
        Check.that(
                beta >= 0 && beta < Double.POSITIVE_INFINITY,
                "beta",
                beta,
                "must be finite and at least 0",
                "use PolicyGradient for none");
    }

    @Override
    public boolean isSilentWithoutAdvantage() {
        return false;
    }

    @Override
    public NDArray perToken(SurrogateInput input, LossMetrics metrics) {
        SurrogateMetrics.tellDistance(input, metrics);
        NDArray logProbs = input.batch().logProbs();
        NDArray distance = logProbs.sub(input.oldLogProbs());
        return distance.mul(distance).mul(beta / 2).sub(logProbs.mul(input.advantages()));
    }
}
