package org.rft4j.algorithms.preference;

/** What a pair loss looks at. */
public enum Comparison {
    /** Only the difference of two scores: any divergence may make the scores, and there may be no reference. */
    SCORES,
    /** How far each answer has moved from the reference: there must be one. */
    LOG_RATIOS,
    /** The policy alone: a reference would be asked for nothing. */
    LOG_PROBS
}
