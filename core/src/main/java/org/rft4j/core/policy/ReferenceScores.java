package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * Scores without a way back.
 *
 * @param logProbs [N,T] fp32, 0 at tokens that are not scored
 * @param entropies [N,T] fp32, likewise, or null where they were not asked for
 */
public record ReferenceScores(NDArray logProbs, @Nullable NDArray entropies) {}
