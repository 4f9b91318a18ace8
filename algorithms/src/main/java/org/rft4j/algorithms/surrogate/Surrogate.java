package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.WindowRows;

/** The policy loss of single tokens. Records that implement it are its options. */
public interface Surrogate {
    /**
     * The loss of each token, to be minimised. Gradients are recorded.
     *
     * @param input log-probs, ratios and advantages
     * @param metrics takes what is to be told
     * @return [B,T], finite everywhere; what it is where the mask is 0 does not matter
     */
    NDArray perToken(SurrogateInput input, LossMetrics metrics);

    /**
     * Whether a token whose advantage is 0 has loss and gradient 0, whatever the policy is.
     *
     * @return true unless the loss has a part without the advantage
     */
    default boolean isSilentWithoutAdvantage() {
        return true;
    }

    /**
     * Whether it compares with what the sampler said, so that a correction between sampler and trainer would count twice.
     *
     * @return true if it reads the sampler's log-probs
     */
    default boolean comparesWithSampler() {
        return false;
    }

    /**
     * Whether {@link #window} wants the log-probs of all rows of an optimiser step.
     *
     * @return true if tokens are chosen among all of them
     */
    default boolean choosesTokens() {
        return false;
    }

    /**
     * Chooses tokens among all rows of an optimiser step.
     *
     * @param rows the step's rows
     * @return columns for this step
     */
    default Map<TokenColumn, float[][]> window(WindowRows rows) {
        return Map.of();
    }
}
