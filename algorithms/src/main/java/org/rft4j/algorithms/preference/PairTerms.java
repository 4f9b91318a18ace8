package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;

/**
 * P pairs.
 *
 * @param chosen the better answers
 * @param rejected the worse answers, in the same order
 */
public record PairTerms(PairSide chosen, PairSide rejected) {
    /**
     * By how much the chosen answers' scores are higher: h, where the divergence is the reverse KL.
     *
     * @param length whether scores are divided by lengths
     * @return [P], it carries gradients
     */
    public NDArray difference(Length length) {
        return length.of(chosen.scores(), chosen.lengths()).sub(length.of(rejected.scores(), rejected.lengths()));
    }
}
