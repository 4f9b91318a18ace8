package org.rft4j.core.training;

/**
 * What an objective wants computed besides log-probs.
 *
 * @param oldLogProbs what the ratio is taken against
 * @param reference whether it compares with a reference
 * @param critic whether it trains a critic
 * @param entropy whether its loss uses entropies
 * @param currentLogProbs whether {@link Objective#window} wants the log-probs of all rows of an optimiser step under the weights of
 *     that moment, which may take a pass of its own
 */
public record Needs(
        OldLogProbs oldLogProbs, boolean reference, boolean critic, boolean entropy, boolean currentLogProbs) {
    /** What a ratio of probabilities is taken against. */
    public enum OldLogProbs {
        /** There is no ratio. */
        NONE,
        /**
         * The weights with which the round began. Where a round is one optimiser step those are the weights that are trained, so that the
         * pass that trains them tells; otherwise they are scored once, before the first step.
         */
        ROUND_START,
        /** The same, scored once before anything is estimated, because the estimate uses them. */
        BEFORE_ESTIMATE,
        /** What the sampler said when it drew the tokens. */
        SAMPLER
    }

    /**
     * A loss of log-probs and a ratio.
     *
     * @param oldLogProbs what the ratio is taken against
     * @return nothing else
     */
    public static Needs ratio(OldLogProbs oldLogProbs) {
        return new Needs(oldLogProbs, false, false, false, false);
    }
}
