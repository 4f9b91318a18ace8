package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.rft4j.algorithms.logistic.Logistic;
import org.rft4j.engine.Check;

/**
 * DiscoPOP, the loss that a language model found: logistic for pairs that lose, exponential for pairs that win. With z = beta h:
 *
 * <pre>  loss = (1 - k) (-logsigmoid(z)) + k e^-z,   k = sigmoid(z / tau)</pre>
 *
 * <p>"Discovering Preference Optimization Algorithms with and for Large Language Models" (arXiv 2406.08414), equation 5. Followed: TRL 1.16.0
 * ({@code discopop}).
 *
 * <p>Differences: the second term is computed as the exponential of {@code logsigmoid(z / tau) - z}, which is finite where TRL multiplies
 * 0 with infinity, for pairs that lose by much.
 *
 * <p>Limits: where the policy is the reference the loss is {@code (1 + log 2) / 2}. It is not monotonous: it has a minimum a little below z = 0,
 * and a maximum above.
 *
 * @param beta how much a log-ratio counts
 * @param tau how sharply one becomes the other, at most 1
 */
public record DiscoPop(double beta, double tau) implements PairLoss {
    /** Checks the numbers. */
    public DiscoPop {
        PairChecks.requireBeta(beta);
        Check.that(
                tau > 0 && tau <= 1,
                "tau",
                tau,
                "must be above 0 and at most 1",
                "use 0.05; above 1 the loss of pairs that lose grows exponentially");
    }

    @Override
    public NDArray perPair(PairTerms pairs) {
        NDArray z = pairs.difference(Length.SUM).mul(beta);
        NDArray sharp = z.div(tau);
        NDArray logistic =
                Logistic.logSigmoid(z).mul(Activation.sigmoid(sharp.neg())).neg();
        return logistic.add(Logistic.logSigmoid(sharp).sub(z).exp());
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
