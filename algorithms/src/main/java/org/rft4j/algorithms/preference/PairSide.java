package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.Objects;
import org.rft4j.core.loss.TokenColumn;

/**
 * The chosen or the rejected answers of P pairs.
 *
 * @param logProbs [P] the policy's, summed over the tokens of the answer; it carries gradients
 * @param references [P] the reference's, 0 where there is none; constant
 * @param scores [P] what the divergence makes of {@code logProbs - references}; it carries gradients
 * @param lengths [P] how many tokens the answer has, at least 1
 * @param numbers [P] for each column that a loss asked for, the number of the answer
 */
public record PairSide(
        NDArray logProbs, NDArray references, NDArray scores, NDArray lengths, Map<TokenColumn, NDArray> numbers) {
    /** Copies the map. */
    public PairSide {
        numbers = Map.copyOf(numbers);
    }

    /**
     * How far the policy has moved from the reference: log-probs where there is none.
     *
     * @return [P], it carries gradients
     */
    public NDArray logRatios() {
        return logProbs.sub(references);
    }

    /**
     * The policy's log-prob of an average token.
     *
     * @return [P], it carries gradients
     */
    public NDArray meanLogProbs() {
        return logProbs.div(lengths);
    }

    /**
     * A number of each answer.
     *
     * @param column one of {@link PairLoss#columns}
     * @return [P]
     */
    public NDArray number(TokenColumn column) {
        return Objects.requireNonNull(numbers.get(column), column.name());
    }
}
