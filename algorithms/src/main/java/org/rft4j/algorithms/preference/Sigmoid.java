package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import java.util.Set;
import org.rft4j.algorithms.logistic.Logistic;
import org.rft4j.core.loss.TokenColumn;

/**
 * The logistic loss of DPO, which many others are with other terms put in. With h the difference of scores, of log-ratios in DPO itself:
 *
 * <pre>  z = beta h - margin,   loss = -(1 - epsilon) logsigmoid(z) - epsilon logsigmoid(-z)</pre>
 *
 * <p>"Direct Preference Optimization" (arXiv 2305.18290), equation 7, with epsilon of {@code eric-mitchell/direct-preference-optimization}
 * (conservative DPO). Sums and a reference: DPO; means: TRL's {@code sigmoid_norm}; no reference: CPO (2401.08417) and, on triples, TPO
 * (2405.16681); means, no reference and a margin: SimPO (2405.14734) and TPO-L.
 *
 * <p>Differences of TRL 1.16.0:
 *
 * <ol>
 *   <li>Its DPO trainer takes {@code label_smoothing} for {@code sigmoid} and does nothing with it; its CPO and TPO trainers smooth.
 *   <li>Its {@code simpo_gamma} is this margin itself, where SimPO's code has {@code gamma_beta_ratio}, margin over beta.
 * </ol>
 *
 * <p>Limits: where the policy is the reference and there is no margin the loss is log 2, whatever beta and epsilon are; epsilon 0.5 is lowest
 * at z = 0. The slope goes to 0 as z grows, but never is 0: with epsilon 0 margins grow without end.
 *
 * @param beta how much a log-ratio counts
 * @param labelSmoothing epsilon, the share of pairs whose label is taken to be wrong
 * @param length whether answers count as a whole or by their average token
 * @param margin by how much the chosen answer's reward should be higher
 */
public record Sigmoid(double beta, double labelSmoothing, Length length, Margin margin) implements PairLoss {
    /** Checks the numbers. */
    public Sigmoid {
        PairChecks.requireBeta(beta);
        PairChecks.requireSmoothing(labelSmoothing);
    }

    /**
     * DPO's.
     *
     * @param beta how much a log-ratio counts
     * @return sums, no smoothing, no margin
     */
    public static Sigmoid of(double beta) {
        return new Sigmoid(beta, 0, Length.SUM, Margin.NONE);
    }

    @Override
    public NDArray perPair(PairTerms pairs) {
        NDArray z = margin.takenFrom(pairs.difference(length).mul(beta), pairs);
        return Logistic.smoothed(z, labelSmoothing);
    }

    @Override
    public NDArray reward(PairSide side) {
        return length.of(side.logRatios(), side.lengths()).mul(beta);
    }

    @Override
    public Comparison comparison() {
        return Comparison.SCORES;
    }

    @Override
    public Set<TokenColumn> columns() {
        return margin.columns();
    }
}
