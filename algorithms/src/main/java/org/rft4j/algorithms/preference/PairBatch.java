package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.Check;

/** A micro-batch, read as pairs: B rows are P units of n rows each, the first chosen, the second rejected. */
final class PairBatch {
    private static final int CHOSEN = 0;
    private static final int REJECTED = 1;

    private static final int[] TOKENS = {1};

    private final LossInput input;
    private final int rowsOfUnit;

    /** [B,T], 1 = the token belongs to an answer. */
    private final NDArray response;

    /** [B], at least 1. */
    private final NDArray lengths;

    PairBatch(LossInput input, int rowsOfUnit) {
        requireUnits(input.units(), rowsOfUnit);
        this.input = input;
        this.rowsOfUnit = rowsOfUnit;
        this.response = input.has(TokenColumn.RESPONSE) ? input.column(TokenColumn.RESPONSE) : input.mask();
        this.lengths = response.sum(TOKENS).maximum(1);
    }

    private static void requireUnits(int[] units, int rowsOfUnit) {
        boolean whole = units.length % rowsOfUnit == 0;
        for (int row = 0; row < units.length; row++) {
            whole &= units[row] == row / rowsOfUnit;
        }
        Check.that(
                whole,
                "units of the rows of a micro-batch",
                java.util.Arrays.toString(units),
                "must be " + rowsOfUnit + " rows each",
                rowsOfUnit == 2
                        ? "arrange rows as [chosen, rejected]"
                        : "arrange rows as [chosen, rejected, gold], or leave out the likelihood of gold answers");
    }

    /** [P], of the rows at one place of each unit. */
    private NDArray at(NDArray perRow, int position) {
        return perRow.reshape(-1, rowsOfUnit).get(new NDIndex(":, {}", position));
    }

    /** What losses see of the pairs. */
    PairTerms terms(PreferenceOptions options) {
        NDArray weights = tokenWeights(options.verboseWeight());
        NDArray logProbs = input.logProbs().mul(weights).sum(TOKENS);
        NDArray references = options.reference().logProbs(input).mul(weights).sum(TOKENS);
        NDArray scores = options.divergence().scores(logProbs.sub(references));
        Set<TokenColumn> columns = options.losses().stream()
                .flatMap(one -> one.loss().columns().stream())
                .collect(Collectors.toSet());
        Map<TokenColumn, NDArray> numbers =
                columns.stream().collect(Collectors.toMap(column -> column, input::ofSequence));
        return new PairTerms(
                side(CHOSEN, logProbs, references, scores, numbers),
                side(REJECTED, logProbs, references, scores, numbers));
    }

    private PairSide side(
            int position, NDArray logProbs, NDArray references, NDArray scores, Map<TokenColumn, NDArray> numbers) {
        return new PairSide(
                at(logProbs, position),
                at(references, position),
                at(scores, position),
                at(lengths, position),
                numbers.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, number -> at(number.getValue(), position))));
    }

    /** [B,T], 1 for the tokens of answers, and less for those after as many as the shorter answer has. */
    private NDArray tokenWeights(double verboseWeight) {
        if (verboseWeight == 1) {
            return response;
        }
        NDArray shorter = at(lengths, CHOSEN).minimum(at(lengths, REJECTED)); // [P]
        long pairs = shorter.size();
        NDArray shared = shorter.reshape(pairs, 1).broadcast(pairs, rowsOfUnit).reshape(-1, 1); // [B,1]
        NDArray verbose = response.cumSum(1).gt(shared).toType(response.getDataType(), false);
        return response.mul(verbose.mul(verboseWeight - 1).add(1));
    }

    /** [P], WPO's weights: how likely the policy is to write both answers, compared with what it writes itself. */
    NDArray onPolicyWeights() {
        NDArray aligned = input.logProbs().stopGradient().sub(input.column(TokenColumn.LOG_SQUARE_SUM));
        NDArray weights = aligned.mul(response).sum(TOKENS).div(lengths).exp();
        return at(weights, CHOSEN).mul(at(weights, REJECTED));
    }
}
