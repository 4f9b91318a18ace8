package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.rft4j.algorithms.logistic.Logistic;

/**
 * The odds ratio of ORPO. With a and b the mean log-probs of the chosen and the rejected answer's tokens:
 *
 * <pre>  LO = (a - log(1 - e^a)) - (b - log(1 - e^b)),   loss = -beta logsigmoid(LO)</pre>
 *
 * <p>It is half of ORPO: the other half is the likelihood of the chosen answer, see {@link PreferencePresets#orpo}.
 *
 * <p>"ORPO: Monolithic Preference Optimization without Reference Model" (arXiv 2403.07691), equations 4, 6 and 7; beta is its lambda.
 * Followed: TRL 1.16.0 ({@code orpo_trainer.py}).
 *
 * <p>Differences: a and b are at most -1e-7, beyond which they have no slope; TRL's are not bounded, and infinite for an answer that is certain.
 *
 * <p>Metrics: {@code log_odds_chosen}, LO, and {@code log_odds_ratio}, logsigmoid(LO), as TRL names them. Rewards are beta a and beta b.
 *
 * <p>Limits: where both answers are equally likely per token the loss is {@code beta log 2}. For unlikely answers LO is a - b, as in SimPO.
 *
 * @param beta how much the odds count beside the likelihood
 */
public record Orpo(double beta) implements PairLoss {
    private static final double LARGEST_LOG_PROB = -1e-7;

    /** Checks beta. */
    public Orpo {
        PairChecks.requireBeta(beta);
    }

    @Override
    public NDArray perPair(PairTerms pairs) {
        return Logistic.logSigmoid(logOddsRatio(pairs)).mul(-beta);
    }

    private static NDArray logOddsRatio(PairTerms pairs) {
        return logOdds(pairs.chosen()).sub(logOdds(pairs.rejected()));
    }

    private static NDArray logOdds(PairSide side) {
        NDArray mean = side.meanLogProbs().clip(Double.NEGATIVE_INFINITY, LARGEST_LOG_PROB);
        return mean.sub(Stable.logOneMinusExp(mean));
    }

    @Override
    public NDArray reward(PairSide side) {
        return side.meanLogProbs().mul(beta);
    }

    @Override
    public Comparison comparison() {
        return Comparison.LOG_PROBS;
    }

    @Override
    public Map<String, NDArray> told(PairTerms pairs) {
        NDArray ratio = logOddsRatio(pairs);
        return Map.of("log_odds_chosen", ratio, "log_odds_ratio", Logistic.logSigmoid(ratio));
    }
}
