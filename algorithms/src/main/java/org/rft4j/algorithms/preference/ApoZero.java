package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

/**
 * APO-zero, for chosen answers that are better than the model's own: they become more likely, rejected ones less.
 *
 * <pre>  loss = 1 - sigmoid(beta u_w) + sigmoid(beta u_l)</pre>
 *
 * <p>"Anchored Preference Optimization and Contrastive Revisions" (arXiv 2408.06266), equation 7. Followed: TRL 1.16.0 ({@code apo_zero}); no
 * differences are known.
 *
 * <p>Limits: where the policy is the reference the loss is 1. The slope goes to 0 on both sides: pairs that lose by much are given up.
 *
 * @param beta how much a log-ratio counts
 */
public record ApoZero(double beta) implements PairLoss {
    /** Checks beta. */
    public ApoZero {
        PairChecks.requireBeta(beta);
    }

    @Override
    public NDArray perPair(PairTerms pairs) {
        NDArray chosen = Activation.sigmoid(reward(pairs.chosen()));
        return Activation.sigmoid(reward(pairs.rejected())).sub(chosen).add(1);
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
