package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import org.rft4j.algorithms.logistic.Logistic;
import org.rft4j.engine.Check;

/**
 * AlphaPO: SimPO with another shape of the reward. With M the mean log-prob of an answer's tokens, and p = e^M:
 *
 * <pre>  r = (1 - p^-alpha) / alpha,   z = beta (r_w - r_l) - gamma,   loss = -(1 - epsilon) logsigmoid(z) - epsilon logsigmoid(-z)</pre>
 *
 * <p>"AlphaPO: Reward Shape Matters for LLM Alignment" (arXiv 2501.03884). Followed: TRL 1.16.0 ({@code cpo_trainer.py}, {@code alpha} with
 * {@code simpo}). TRL adds a likelihood term unless its {@code cpo_alpha} is 0, see {@link PreferencePresets#simPoTrl}.
 *
 * <p>Differences:
 *
 * <ol>
 *   <li>An exponent {@code -alpha M} above 80 counts as 80, without a slope.
 *   <li>TRL's alpha may go with sums and with the other links of CPO, this one goes with SimPO's alone.
 * </ol>
 *
 * <p>Limits: alpha = 0 is SimPO, and the limit of alpha to 0. The reward is the score of the alpha divergence with {@code a = 1 - alpha}, taken of
 * the mean log-prob.
 *
 * @param beta how much a reward counts
 * @param gamma by how much the chosen answer's should be higher, after beta
 * @param alpha the shape
 * @param labelSmoothing epsilon, the share of pairs whose label is taken to be wrong
 */
public record AlphaPo(double beta, double gamma, double alpha, double labelSmoothing) implements PairLoss {
    /** Checks the numbers. */
    public AlphaPo {
        PairChecks.requireBeta(beta);
        PairChecks.requireSmoothing(labelSmoothing);
        Check.that(Double.isFinite(gamma), "gamma", gamma, "must be finite", "use 0 for no margin");
        Check.that(Double.isFinite(alpha), "alpha", alpha, "must be finite", "use 0.25, or 0 for SimPO");
    }

    @Override
    public NDArray perPair(PairTerms pairs) {
        NDArray z = reward(pairs.chosen()).sub(reward(pairs.rejected())).sub(gamma);
        return Logistic.smoothed(z, labelSmoothing);
    }

    @Override
    public NDArray reward(PairSide side) {
        NDArray mean = side.meanLogProbs();
        NDArray shaped =
                alpha == 0 ? mean : Stable.expMinusOne(mean.mul(-alpha)).div(-alpha);
        return shaped.mul(beta);
    }

    @Override
    public Comparison comparison() {
        return Comparison.LOG_PROBS;
    }
}
