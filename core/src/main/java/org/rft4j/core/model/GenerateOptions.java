package org.rft4j.core.model;

import org.rft4j.engine.Check;
import org.rft4j.engine.kernels.SamplingFilter;

/**
 * How a text is continued.
 *
 * @param maxNewTokens the most tokens that are made
 * @param filter temperature and the like
 * @param seed the same seed gives the same text
 */
public record GenerateOptions(int maxNewTokens, SamplingFilter filter, long seed) {
    public GenerateOptions {
        Check.that(maxNewTokens > 0, "maxNewTokens", maxNewTokens, "must be positive", "use 256");
    }

    /**
     * Always the most likely token.
     *
     * @param maxNewTokens the most tokens that are made
     * @return the options
     */
    public static GenerateOptions greedy(int maxNewTokens) {
        return new GenerateOptions(maxNewTokens, SamplingFilter.temperature(0), 0);
    }

    /**
     * Tokens drawn from the model's own distribution.
     *
     * @param maxNewTokens the most tokens that are made
     * @param seed the same seed gives the same text
     * @return the options
     */
    public static GenerateOptions sample(int maxNewTokens, long seed) {
        return new GenerateOptions(maxNewTokens, SamplingFilter.NONE, seed);
    }
}
