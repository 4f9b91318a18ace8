package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.rft4j.engine.Shapes;

/**
 * The text before each scored token, for the repetition penalty.
 *
 * @param tokens [B,S] int64, prompt and response of each sequence; negative = padding
 * @param positions [B,T] int64, where in {@code tokens} each scored token stands: everything before it has been seen
 */
public record SeenTokens(NDArray tokens, NDArray positions) {

    void requireFor(long batch, long vocabulary, NDArray beside) {
        requireTokens(tokens, batch, vocabulary, beside);
    }

    static void requireTokens(NDArray tokens, long batch, long vocabulary, NDArray beside) {
        Shapes.require(tokens, "seen tokens [B,S]", batch, Shapes.ANY);
        Shapes.requireType(tokens, "seen tokens", DataType.INT64);
        Shapes.requireSameDevice(tokens, "seen tokens", beside);
        TensorChecks.requireIds("seen token", tokens, null, Long.MIN_VALUE, vocabulary);
    }
}
