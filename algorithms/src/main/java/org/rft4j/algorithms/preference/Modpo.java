package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import java.util.Set;
import org.rft4j.algorithms.logistic.Logistic;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.Check;

/**
 * MODPO: DPO for one objective among several, which takes the rewards of the others into account. With u the log-ratio of an answer, w_0 the
 * weight of the objective that the pairs are labelled for, and w_k and r_k weight and reward of each other one:
 *
 * <pre>  c(y) = (beta u(y) - sum of w_k r_k(y)) / w_0,   loss = -logsigmoid(c(chosen) - c(rejected))</pre>
 *
 * <p>"Beyond One-Preference-Fits-All Alignment: Multi-Objective Direct Preference Optimization" (arXiv 2310.03708). Followed: ZHZisZZ/modpo,
 * whose r_k are implicit rewards, beta times log-ratio, of models trained by DPO for the other objectives; any rewards will do.
 *
 * <p>Differences: the repository offers a hinge instead of the logistic loss, this does not.
 *
 * <p>Limits: w_0 = 1, and so no others, is DPO. What all answers to a prompt have in common in r_k changes nothing.
 *
 * @param beta how much a log-ratio counts
 * @param weight w_0, above 0; all weights should add up to 1
 */
public record Modpo(double beta, double weight) implements PairLoss {
    /** The weighted sum of the other objectives' rewards of an answer, the same number at all tokens of its row. */
    public static final TokenColumn OTHER_REWARDS = new TokenColumn("other_rewards");

    /** Checks the numbers. */
    public Modpo {
        PairChecks.requireBeta(beta);
        Check.that(
                weight > 0 && weight <= 1,
                "weight",
                weight,
                "must be above 0 and at most 1",
                "take the weight of the objective that the pairs are labelled for; the others make up the rest");
    }

    @Override
    public NDArray perPair(PairTerms pairs) {
        return Logistic.logSigmoid(reward(pairs.chosen()).sub(reward(pairs.rejected())))
                .neg();
    }

    @Override
    public NDArray reward(PairSide side) {
        return side.logRatios().mul(beta).sub(side.number(OTHER_REWARDS)).div(weight);
    }

    @Override
    public Comparison comparison() {
        return Comparison.LOG_RATIOS;
    }

    @Override
    public Set<TokenColumn> columns() {
        return Set.of(OTHER_REWARDS);
    }
}
