package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

/**
 * APO-down, for chosen answers that are worse than the model's own: both become less likely, rejected ones more so.
 *
 * <pre>  loss = sigmoid(beta u_w) + 1 - sigmoid(beta (u_w - u_l))</pre>
 *
 * <p>"Anchored Preference Optimization and Contrastive Revisions" (arXiv 2408.06266), equation 8. Followed: TRL 1.16.0 ({@code apo_down}); no
 * differences are known.
 *
 * <p>Limits: where the policy is the reference the loss is 1.
 *
 * @param beta how much a log-ratio counts
 */
public record ApoDown(double beta) implements PairLoss {
    /** Checks beta. */
    public ApoDown {
        PairChecks.requireBeta(beta);
    }

    @Override
    public NDArray perPair(PairTerms pairs) {
        NDArray chosen = reward(pairs.chosen());
        NDArray wins = Activation.sigmoid(chosen.sub(reward(pairs.rejected())));
        return Activation.sigmoid(chosen).sub(wins).add(1);
    }

    @Override
    public NDArray reward(PairSide side) {
        return side.logRatios().mul(beta);
    }

    @Override
    public Comparison comparison() {
        return Comparison.LOG_RATIOS;
    }
}
