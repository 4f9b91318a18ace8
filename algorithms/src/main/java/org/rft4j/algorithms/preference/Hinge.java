package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

/**
 * The hinge of SLiC: pairs that win by enough are let go.
 *
 * <pre>  loss = max(0, 1 - beta h)</pre>
 *
 * <p>"SLiC-HF" (arXiv 2305.10425) with log-ratios in place of log-probs, as "Statistical Rejection Sampling Improves Preference Optimization"
 * (2309.06657) has it. Followed: TRL 1.16.0 ({@code hinge} of the DPO, CPO and TPO trainers). SLiC-HF itself has no reference.
 *
 * <p>Limits: where the policy is the reference the loss is 1 and the slope that of the likelihoods' difference, times beta.
 *
 * @param beta one over the log-ratio by which a pair should win
 */
public record Hinge(double beta) implements PairLoss {
    /** Checks beta. */
    public Hinge {
        PairChecks.requireBeta(beta);
    }

    @Override
    public NDArray perPair(PairTerms pairs) {
        return Activation.relu(pairs.difference(Length.SUM).mul(-beta).add(1));
    }

    @Override
    public NDArray reward(PairSide side) {
        return side.logRatios().mul(beta);
    }

    @Override
    public Comparison comparison() {
        return Comparison.SCORES;
    }
}
