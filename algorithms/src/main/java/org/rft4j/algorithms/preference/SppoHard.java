package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;

/**
 * SPPO with labels that are certain: both log-ratios are regressed on fixed numbers.
 *
 * <pre>  loss = (u_w - 1 / (2 beta))^2 + (u_l + 1 / (2 beta))^2</pre>
 *
 * <p>"Self-Play Preference Optimization for Language Model Alignment" (arXiv 2405.00675), equation 4.7 with a probability of 1 that the chosen
 * answer wins. Followed: TRL 1.16.0 ({@code sppo_hard}); beta is one over the paper's eta.
 *
 * <p>Limits: where the policy is the reference the loss is {@code 1 / (2 beta^2)}; at its minimum h = 1 / beta.
 *
 * @param beta how strongly the policy is held back
 */
public record SppoHard(double beta) implements PairLoss {
    /** Checks beta. */
    public SppoHard {
        PairChecks.requireBeta(beta);
    }

    @Override
    public NDArray perPair(PairTerms pairs) {
        NDArray chosen = pairs.chosen().logRatios().sub(1 / (2 * beta));
        NDArray rejected = pairs.rejected().logRatios().add(1 / (2 * beta));
        return chosen.mul(chosen).add(rejected.mul(rejected));
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
