package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import org.rft4j.algorithms.logistic.Logistic;
import org.rft4j.engine.Check;

/**
 * Robust DPO: undoes what wrong labels do, on average.
 *
 * <pre>  loss = ( -(1 - epsilon) logsigmoid(beta h) + epsilon logsigmoid(-beta h) ) / (1 - 2 epsilon)</pre>
 *
 * <p>"Provably Robust DPO" (arXiv 2403.00409), equation 12. Followed: TRL 1.16.0 ({@code robust}); no differences are known. It falls without
 * end as the margin grows, below 0 too.
 *
 * <p>Limits: epsilon 0 is DPO. If labels are wrong with probability epsilon, its mean over right and wrong labels is DPO's loss of the right one.
 *
 * @param beta how much a log-ratio counts
 * @param labelSmoothing epsilon, the share of pairs whose label is wrong
 */
public record Robust(double beta, double labelSmoothing) implements PairLoss {
    /** Checks the numbers. */
    public Robust {
        PairChecks.requireBeta(beta);
        Check.that(
                labelSmoothing >= 0 && labelSmoothing < 0.5,
                "labelSmoothing",
                labelSmoothing,
                "must be at least 0 and below 0.5",
                "use the share of wrong labels; at 0.5 they say nothing");
    }

    @Override
    public NDArray perPair(PairTerms pairs) {
        NDArray z = pairs.difference(Length.SUM).mul(beta);
        NDArray clean = Logistic.logSigmoid(z).mul(labelSmoothing - 1);
        NDArray flipped = Logistic.logSigmoid(z.neg()).mul(labelSmoothing);
        return clean.add(flipped).div(1 - 2 * labelSmoothing);
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
