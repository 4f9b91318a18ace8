package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.Set;
import org.rft4j.core.loss.TokenColumn;

/** The loss of a pair. Records that implement it are its options; they may be used by several threads. */
public interface PairLoss {
    /**
     * The loss of each pair, to be minimised. Gradients are recorded.
     *
     * @param pairs what policy and reference say of them
     * @return [P]
     */
    NDArray perPair(PairTerms pairs);

    /**
     * What the loss takes for the reward of an answer, for metrics.
     *
     * @param side chosen or rejected answers
     * @return [P]
     */
    NDArray reward(PairSide side);

    /**
     * What it looks at.
     *
     * @return the same at every call
     */
    Comparison comparison();

    /**
     * Columns with a number of each row that it reads.
     *
     * @return the same at every call
     */
    default Set<TokenColumn> columns() {
        return Set.of();
    }

    /**
     * What it tells beside its loss and the rewards.
     *
     * @param pairs what policy and reference say of them
     * @return by the name of the metric, a number of each pair, [P]; their mean over all pairs is told
     */
    default Map<String, NDArray> told(PairTerms pairs) {
        return Map.of();
    }
}
