package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import org.rft4j.algorithms.logistic.Logistic;

/**
 * NCA on pairs: each answer against the reference, so that the chosen one does not become less likely. With u_w and u_l the log-ratios of
 * chosen and rejected answer:
 *
 * <pre>  loss = -logsigmoid(beta u_w) - logsigmoid(-beta u_w) / 2 - logsigmoid(-beta u_l) / 2</pre>
 *
 * <p>"Noise Contrastive Alignment of Language Models with Explicit Rewards" (arXiv 2402.05369), section 4.1. Followed: TRL 1.16.0
 * ({@code nca_pair}); no differences are known.
 *
 * <p>Limits: where the policy is the reference the loss is {@code 2 log 2}; beta u_w has its best value at log 2.
 *
 * @param beta how much a log-ratio counts
 */
public record NcaPair(double beta) implements PairLoss {
    /** Checks beta. */
    public NcaPair {
        PairChecks.requireBeta(beta);
    }

    @Override
    public NDArray perPair(PairTerms pairs) {
        NDArray chosen = reward(pairs.chosen());
        NDArray rejected = reward(pairs.rejected());
        NDArray held = Logistic.logSigmoid(chosen.neg()).add(Logistic.logSigmoid(rejected.neg()));
        return Logistic.logSigmoid(chosen).add(held.mul(0.5)).neg();
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
