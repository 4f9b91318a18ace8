package org.rft4j.algorithms.group;

import org.rft4j.algorithms.advantage.TokenAdvantages;

/** How much better each token's sequence or turn was than expected. {@link Advantages} has those of {@code org.rft4j.algorithms.advantage}. */
@FunctionalInterface
public interface AdvantageEstimator {
    /**
     * Estimates.
     *
     * @param input all rows of a round
     * @return advantages on the grid of the input's mask; tokens that its own mask lacks are not trained
     */
    TokenAdvantages estimate(AdvantageInput input);
}
