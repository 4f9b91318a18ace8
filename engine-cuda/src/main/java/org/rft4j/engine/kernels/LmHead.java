package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;

/**
 * The last linear map of a language model: {@code logits = hidden W^T + bias}, then {@code c tanh(logits / c)} where a
 * soft cap c is set. Weight and bias receive gradients where they require them; a tied head passes the embedding matrix,
 * whose gradient then adds to the embedding's.
 *
 * @param weight [V,H]
 * @param bias [V], or null
 * @param softcap the cap c, 0 = none
 */
public record LmHead(NDArray weight, @Nullable NDArray bias, double softcap) {
    public LmHead {
        Shapes.require(weight, "head weight [V,H]", Shapes.ANY, Shapes.ANY);
        Shapes.requireType(weight, "head weight", DataType.FLOAT32, DataType.BFLOAT16);
        Check.that(
                weight.size() > 0,
                "head weight [V,H]",
                weight.getShape(),
                "must not be empty",
                "pass the model's head");
        if (bias != null) {
            Shapes.require(bias, "head bias [V]", weight.getShape().get(0));
            Shapes.requireType(bias, "head bias", DataType.FLOAT32, DataType.BFLOAT16);
            Shapes.requireSameDevice(bias, "head bias", weight);
        }
        Check.that(
                softcap >= 0 && Double.isFinite(softcap),
                "softcap",
                softcap,
                "must be finite and at least 0",
                "use 0 for none");
    }

    /**
     * A head without bias and soft cap.
     *
     * @param weight [V,H]
     */
    public LmHead(NDArray weight) {
        this(weight, null, 0);
    }

    /**
     * The number of tokens it scores.
     *
     * @return V
     */
    public long vocabulary() {
        return weight.getShape().get(0);
    }

    /**
     * The width of the hidden states it reads.
     *
     * @return H
     */
    public long width() {
        return weight.getShape().get(1);
    }

    /** Kernels add to the gradients that are there. */
    void defineGradients() {
        Autograd.defineGradient(weight);
        if (bias != null) {
            Autograd.defineGradient(bias);
        }
    }

    void requireHidden(NDArray hidden, String name) {
        Shapes.require(hidden, name + " [B,T,H]", Shapes.ANY, Shapes.ANY, width());
        Check.that(hidden.size() > 0, name + " [B,T,H]", hidden.getShape(), "must not be empty", "skip empty batches");
        Shapes.requireType(hidden, name, Shapes.typeOf(weight));
        Shapes.requireSameDevice(hidden, name, weight);
    }
}
