package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.program.ProgramCall;
import org.rft4j.engine.program.TensorProgram;

/**
 * A linear map from a hidden state to one number: a critic's value per token, or a reward model's score at the last token.
 *
 * @param weight [H], or [1,H] as checkpoints have it
 * @param bias [1], or null
 */
public record ScalarHead(NDArray weight, @Nullable NDArray bias) {
    public ScalarHead {
        if (weight.getShape().dimension() != 2) {
            Shapes.require(weight, "scalar head weight [H] or [1,H]", Shapes.ANY);
        } else {
            Shapes.require(weight, "scalar head weight [H] or [1,H]", 1, Shapes.ANY);
        }
        Shapes.requireType(weight, "scalar head weight", DataType.FLOAT32, DataType.BFLOAT16);
        if (bias != null) {
            Shapes.require(bias, "scalar head bias", 1);
            Shapes.requireType(bias, "scalar head bias", DataType.FLOAT32, DataType.BFLOAT16);
            Shapes.requireSameDevice(bias, "scalar head bias", weight);
        }
    }

    /**
     * A head without bias.
     *
     * @param weight [H] or [1,H]
     */
    public ScalarHead(NDArray weight) {
        this(weight, null);
    }

    /**
     * A value per token.
     *
     * @param hidden [B,T,H]
     * @param scope owns the result
     * @return [B,T] fp32
     */
    public NDArray values(NDArray hidden, NDManager scope) {
        return call("values", hidden).run(scope).singletonOrThrow();
    }

    /**
     * The gradient of the hidden states; gradients of weight and bias add up on those that require them.
     *
     * @param hidden what was passed to {@link #values}
     * @param gradValues [B,T] fp32, 0 at masked positions
     * @param scope owns the result
     * @return [B,T,H]
     */
    public NDArray backward(NDArray hidden, NDArray gradValues, NDManager scope) {
        ProgramCall call = call("backward", hidden);
        Shapes.require(
                gradValues,
                "gradValues [B,T]",
                hidden.getShape().get(0),
                hidden.getShape().get(1));
        Shapes.requireType(gradValues, "gradValues", DataType.FLOAT32);
        Shapes.requireSameDevice(gradValues, "gradValues", hidden);
        TensorChecks.requireFinite("gradValues", gradValues);
        defineGradients();
        return call.with("grad", gradValues).run(scope).singletonOrThrow();
    }

    /**
     * One value per row, at a given position: usually that of the last token.
     *
     * @param hidden [B,T,H]
     * @param positions for each row, where to read
     * @param scope owns the result
     * @return [B] fp32
     */
    public NDArray valuesAt(NDArray hidden, long[] positions, NDManager scope) {
        return callAt("values_at", hidden, positions, scope).run(scope).singletonOrThrow();
    }

    /**
     * The gradient of the hidden states; gradients of weight and bias add up on those that require them.
     *
     * @param hidden what was passed to {@link #valuesAt}
     * @param positions likewise
     * @param gradValues [B] fp32
     * @param scope owns the result
     * @return [B,T,H]
     */
    public NDArray backwardAt(NDArray hidden, long[] positions, NDArray gradValues, NDManager scope) {
        ProgramCall call = callAt("backward_at", hidden, positions, scope);
        Shapes.require(gradValues, "gradValues [B]", hidden.getShape().get(0));
        Shapes.requireType(gradValues, "gradValues", DataType.FLOAT32);
        Shapes.requireSameDevice(gradValues, "gradValues", hidden);
        TensorChecks.requireFinite("gradValues", gradValues);
        defineGradients();
        return call.with("grad", gradValues).run(scope).singletonOrThrow();
    }

    private void defineGradients() {
        Autograd.defineGradient(weight);
        if (bias != null) {
            Autograd.defineGradient(bias);
        }
    }

    private ProgramCall callAt(String function, NDArray hidden, long[] positions, NDManager scope) {
        ProgramCall call = call(function, hidden);
        Check.that(
                positions.length == hidden.getShape().get(0),
                "number of positions",
                positions.length,
                "must be the number of rows " + hidden.getShape().get(0),
                "pass one per row");
        for (long position : positions) {
            Check.that(
                    position >= 0 && position < hidden.getShape().get(1),
                    "position",
                    position,
                    "must be at least 0 and below " + hidden.getShape().get(1),
                    "pass the index of the last token, which is the length minus 1");
        }
        return call.with("positions", scope.create(positions).toDevice(hidden.getDevice(), false));
    }

    private ProgramCall call(String function, NDArray hidden) {
        Shapes.require(hidden, "hidden [B,T,H]", Shapes.ANY, Shapes.ANY, weight.size());
        Check.that(hidden.size() > 0, "hidden [B,T,H]", hidden.getShape(), "must not be empty", "skip empty batches");
        Shapes.requireType(hidden, "hidden", Shapes.typeOf(weight));
        Shapes.requireSameDevice(hidden, "hidden", weight);
        TensorChecks.requireFinite("hidden", hidden);
        TensorChecks.requireFinite("scalar head weight", weight);
        return TensorProgram.named("scalar_head")
                .call(function)
                .with("hidden", hidden)
                .with("weight", weight)
                .with("bias", bias);
    }
}
