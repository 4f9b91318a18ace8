package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;

/**
 * IPO: regression of the difference on a fixed number, so that the policy stays near the reference however sure the labels are.
 *
 * <pre>  loss = (h - 1 / (2 beta))^2</pre>
 *
 * <p>"A General Theoretical Paradigm to Understand Learning from Human Preferences" (arXiv 2310.12036), equation 17; beta is its tau.
 *
 * <p>The two conventions differ by the length of answers, hundreds of tokens, and so do the betas that suit them:
 *
 * <ol>
 *   <li>{@link Length#SUM}: the paper's formula as it is written, {@code eric-mitchell/direct-preference-optimization}, OpenRLHF.
 *   <li>{@link Length#MEAN}: TRL (DPO, CPO and TPO trainers), which says that the paper's authors confirmed it.
 * </ol>
 *
 * <p>Limits: where the policy is the reference the loss is {@code 1 / (4 beta^2)}; it is lowest at h = 1 / (2 beta), not at infinity.
 *
 * @param beta how strongly the policy is held back
 * @param length which convention
 */
public record Ipo(double beta, Length length) implements PairLoss {
    /** Scores of other divergences grow exponentially: beyond this, whose square is finite in fp32, a pair has no slope. */
    private static final double LARGEST_DISTANCE = 1e18;

    /** Checks beta. */
    public Ipo {
        PairChecks.requireBeta(beta);
    }

    @Override
    public NDArray perPair(PairTerms pairs) {
        NDArray distance = pairs.difference(length).sub(1 / (2 * beta)).clip(-LARGEST_DISTANCE, LARGEST_DISTANCE);
        return distance.mul(distance);
    }

    @Override
    public NDArray reward(PairSide side) {
        return length.of(side.logRatios(), side.lengths()).mul(beta);
    }

    @Override
    public Comparison comparison() {
        return Comparison.SCORES;
    }
}
