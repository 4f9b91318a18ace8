package org.rft4j.engine.decoder;

import org.rft4j.engine.Check;

/**
 * The feed-forward part of a decoder's layers.
 *
 * @param inner its inner width F
 * @param activation the function inside
 * @param gate whether and how the activated half is multiplied by another
 * @param bias whether its maps have biases
 */
public record FeedForwardConfig(int inner, Activation activation, Gate gate, boolean bias) {
    /** The function inside; the order is that of the program. */
    public enum Activation {
        /** x sigmoid(x). */
        SILU,
        /** The Gaussian error linear unit by its tanh approximation. */
        GELU_TANH,
        /** The Gaussian error linear unit by the error function. */
        GELU,
        /** max(x, 0). */
        RELU
    }

    /** Whether and how the activated half is multiplied by another. */
    public enum Gate {
        /** down(f(up(x))). */
        NONE,
        /** down(f(gate(x)) up(x)) with two matrices. */
        SEPARATE,
        /** The same with gate above up in one matrix. */
        FUSED
    }

    public FeedForwardConfig {
        Check.that(inner > 0, "inner", inner, "must be positive", "it is often 4 times the width");
    }
}
