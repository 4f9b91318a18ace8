package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import org.rft4j.engine.Shapes;

/**
 * The text before each scored token, for penalties and for the least number of new tokens.
 *
 * @param tokens [B,S] int64, prompt and response of each sequence; negative = padding
 * @param positions [B,T] int64, where in {@code tokens} each scored token stands: everything before it has been seen
 * @param begins [B,T] int64, where in {@code tokens} the sampler began to write the turn that the scored token is part of:
 *     of what has been seen, the tokens from here on count as generated
 */
public record SeenTokens(NDArray tokens, NDArray positions, NDArray begins) {

    void requireFor(HeadInput input, long vocabulary) {
        long batch = input.ids().getShape().get(0);
        Shapes.require(tokens, "seen tokens [B,S]", batch, Shapes.ANY);
        Shapes.requireType(tokens, "seen tokens", DataType.INT64);
        Shapes.requireSameDevice(tokens, "seen tokens", input.hidden());
        TensorChecks.requireIds("seen token", tokens, null, Long.MIN_VALUE, vocabulary);
        input.requirePositions(positions, "positions of seen tokens", DataType.INT64);
        input.requirePositions(begins, "begins of turns", DataType.INT64);
    }

    /** As the programs read it. */
    List<NDArray> text() {
        return List.of(tokens, positions, begins);
    }
}
