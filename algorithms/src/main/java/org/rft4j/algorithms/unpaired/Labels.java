package org.rft4j.algorithms.unpaired;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.WindowRows;

/** What is told of desirable and undesirable answers: means over those of the optimiser step, NaN where it has none. */
final class Labels {
    /** How many desirable answers the step has. */
    static final TokenColumn DESIRABLE = new TokenColumn("desirable_count");

    /** How many undesirable answers the step has. */
    static final TokenColumn UNDESIRABLE = new TokenColumn("undesirable_count");

    private Labels() {}

    /** Counts the rows that are trained. */
    static Map<TokenColumn, float[][]> counts(WindowRows rows) {
        double[] labels = LogRatios.numbers(rows, TokenColumn.LABEL);
        boolean mixed = rows.columns().containsKey(TokenColumn.COMPARED);
        double[] compared = mixed ? LogRatios.numbers(rows, TokenColumn.COMPARED) : new double[labels.length];
        double desirable = 0;
        double trained = 0;
        for (int row = 0; row < labels.length; row++) {
            double counts = compared[row] == 0 ? 1 : 0;
            desirable += counts * labels[row];
            trained += counts;
        }
        Map<TokenColumn, float[][]> columns = new LinkedHashMap<>();
        columns.put(DESIRABLE, LogRatios.spread(rows, desirable));
        columns.put(UNDESIRABLE, LogRatios.spread(rows, trained - desirable));
        return columns;
    }

    /** Tells rewards and log-probs of both kinds as TRL does. */
    static void tell(LossMetrics metrics, LossInput input, NDArray rewards) {
        NDArray label = input.ofSequence(TokenColumn.LABEL);
        NDArray other = label.neg().add(1);
        NDArray ofDesirable = label.div(input.ofSequence(DESIRABLE)); // 0 / 0 where there is none
        NDArray ofUndesirable = other.div(input.ofSequence(UNDESIRABLE));
        NDArray constant = rewards.stopGradient();
        NDArray logProbs = input.sequenceSums(input.logProbs()).stopGradient();
        NDArray chosen = constant.mul(ofDesirable).sum();
        NDArray rejected = constant.mul(ofUndesirable).sum();
        metrics.share("rewards/chosen", chosen)
                .share("rewards/rejected", rejected)
                .share("rewards/margins", chosen.sub(rejected))
                .share("logps/chosen", logProbs.mul(ofDesirable).sum())
                .share("logps/rejected", logProbs.mul(ofUndesirable).sum())
                .share("count/chosen", label.sum())
                .share("count/rejected", other.sum());
    }
}
