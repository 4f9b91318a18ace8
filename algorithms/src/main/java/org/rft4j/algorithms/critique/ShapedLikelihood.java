package org.rft4j.algorithms.critique;

import ai.djl.ndarray.NDArray;
import org.rft4j.engine.Check;

/**
 * What stands for the ratio where a token was drawn under another prompt, so that there is none: {@code f(p) = p / (p + gamma)} of its
 * probability p under the prompt that is trained. Its slope by log p is {@code gamma p / (p + gamma)^2}: largest at {@code p = gamma}, where
 * it is 1/4, so that rare tokens learn more than under their plain probability, and sure ones hardly at all.
 *
 * @param gamma 0.1 in the paper
 */
public record ShapedLikelihood(double gamma) {
    /** Checks the number. */
    public ShapedLikelihood {
        Check.that(gamma > 0 && Double.isFinite(gamma), "gamma", gamma, "must be finite and above 0", "use 0.1");
    }

    /**
     * Computes f.
     *
     * @param logProbs of tokens, carries gradients
     * @return of the same shape, between 0 and 1
     */
    public NDArray of(NDArray logProbs) {
        NDArray probabilities = logProbs.exp();
        return probabilities.div(probabilities.add(gamma));
    }
}
