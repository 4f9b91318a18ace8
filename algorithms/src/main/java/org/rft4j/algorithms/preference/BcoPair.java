package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import org.rft4j.algorithms.logistic.Logistic;

/**
 * Binary classifiers of single answers, on pairs: the chosen one is good, the rejected one is not.
 *
 * <pre>  loss = -logsigmoid(beta u_w) - logsigmoid(-beta u_l)</pre>
 *
 * <p>"Binary Classifier Optimization for Large Language Model Alignment" (arXiv 2404.04656). Followed: TRL 1.16.0 ({@code bco_pair}), which has
 * no running mean of rewards here, the paper's delta.
 *
 * <p>Limits: where the policy is the reference the loss is {@code 2 log 2}. It bounds DPO's loss from above, whatever the log-ratios are.
 *
 * @param beta how much a log-ratio counts
 */
public record BcoPair(double beta) implements PairLoss {
    /** Checks beta. */
    public BcoPair {
        PairChecks.requireBeta(beta);
    }

    @Override
    public NDArray perPair(PairTerms pairs) {
        NDArray chosen = Logistic.logSigmoid(reward(pairs.chosen()));
        return chosen.add(Logistic.logSigmoid(reward(pairs.rejected()).neg())).neg();
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
