package org.rft4j.core.loss;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * What a model says of a micro-batch: B sequences, T tokens. All of it carries gradients.
 *
 * @param logProbs [B,T] fp32, 0 where the mask is 0; all 0 where a model of rewards is trained
 * @param entropies [B,T] fp32, or null where the objective did not ask for them
 * @param values [B,T] fp32, of a critic, or of a model of rewards at the last token of a text; null where there is neither
 * @param divergences [B,T] fp32, from the reference over the whole vocabulary, or null where the objective did not ask for them
 */
public record ModelOutputs(
        NDArray logProbs,
        @Nullable NDArray entropies,
        @Nullable NDArray values,
        @Nullable NDArray divergences) {
    /**
     * Log-probs alone.
     *
     * @param logProbs [B,T]
     * @return nothing else
     */
    public static ModelOutputs of(NDArray logProbs) {
        return new ModelOutputs(logProbs, null, null, null);
    }
}
