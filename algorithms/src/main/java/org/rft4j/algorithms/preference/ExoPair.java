package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.rft4j.algorithms.logistic.Logistic;
import org.rft4j.engine.Check;

/**
 * EXO on pairs: reverse KL of the policy's choice between the two answers from what the label says, (1 - epsilon, epsilon). With z = beta h:
 *
 * <pre>  loss = s(z) (log s(z) - log(1 - epsilon)) + s(-z) (log s(-z) - log epsilon),   s the sigmoid</pre>
 *
 * <p>"Towards Efficient Exact Optimization of Language Model Alignment" (arXiv 2402.00856), equation 16. Followed: TRL 1.16.0
 * ({@code exo_pair}); no differences are known.
 *
 * <p>Limits: the loss is 0, and lowest, where {@code s(z) = 1 - epsilon}. For epsilon to 0 it has no limit: it grows as -log epsilon.
 *
 * @param beta how much a log-ratio counts
 * @param labelSmoothing epsilon; TRL's documentation recommends 1e-3
 */
public record ExoPair(double beta, double labelSmoothing) implements PairLoss {
    /** Checks the numbers. */
    public ExoPair {
        PairChecks.requireBeta(beta);
        Check.that(
                labelSmoothing > 0 && labelSmoothing <= 0.5,
                "labelSmoothing",
                labelSmoothing,
                "must be above 0 and at most 0.5",
                "use 1e-3; at 0 the loss is infinite");
    }

    @Override
    public NDArray perPair(PairTerms pairs) {
        NDArray z = pairs.difference(Length.SUM).mul(beta);
        NDArray right = Logistic.logSigmoid(z).sub(Math.log1p(-labelSmoothing)).mul(Activation.sigmoid(z));
        NDArray wrong =
                Logistic.logSigmoid(z.neg()).sub(Math.log(labelSmoothing)).mul(Activation.sigmoid(z.neg()));
        return right.add(wrong);
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
