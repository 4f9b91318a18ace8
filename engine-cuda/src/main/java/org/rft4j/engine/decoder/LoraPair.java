package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;

/**
 * Two narrow matrices whose product is added to a matrix of the model: {@code y = W x + scale B A x} (Hu et al., 2021).
 *
 * @param a [r,in]
 * @param b [out,r]
 * @param scale what the product is multiplied by, usually alpha / r
 */
public record LoraPair(NDArray a, NDArray b, double scale) {
    public LoraPair {
        Shapes.require(a, "LoRA A [r,in]", Shapes.ANY, Shapes.ANY);
        Shapes.require(b, "LoRA B [out,r]", Shapes.ANY, a.getShape().get(0));
        Check.that(a.getShape().get(0) > 0, "rank of a LoRA pair", 0, "must be at least 1", "leave the pair out");
        Shapes.requireType(a, "LoRA A", DataType.FLOAT32, DataType.BFLOAT16);
        Shapes.requireType(b, "LoRA B", Shapes.typeOf(a));
        Shapes.requireSameDevice(b, "LoRA B", a);
        Check.that(Double.isFinite(scale), "LoRA scale", scale, "must be finite", "use alpha / rank");
    }

    void requireBeside(NDArray matrix, WeightKey key, boolean transposed) {
        long to = matrix.getShape().get(transposed ? 1 : 0);
        long from = matrix.getShape().get(transposed ? 0 : 1);
        Shapes.require(a, "LoRA A of " + key, Shapes.ANY, from);
        Shapes.require(b, "LoRA B of " + key, to, Shapes.ANY);
        Shapes.requireType(a, "LoRA A of " + key, Shapes.typeOf(matrix));
        Shapes.requireSameDevice(a, "LoRA A of " + key, matrix);
    }
}
