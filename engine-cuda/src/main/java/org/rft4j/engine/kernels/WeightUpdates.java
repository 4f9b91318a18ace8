package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.program.TensorBytes;
import org.rft4j.engine.program.TensorProgram;

/** Weights written from other weights, in place, in fp32 or bf16; nothing is recorded for autograd. */
public final class WeightUpdates {
    private WeightUpdates() {}

    /**
     * A copy that requires no gradient.
     *
     * @param weight what to copy
     * @param precision the copy's format
     * @param owner its lifetime, whatever scope is open; on the weight's device
     * @return the copy
     */
    public static NDArray copyOf(NDArray weight, Precision precision, NDManager owner) {
        Shapes.requireType(weight, "weight", DataType.FLOAT32, DataType.BFLOAT16);
        Check.that(
                owner.getDevice().equals(weight.getDevice()),
                "device of the copy's owner",
                owner.getDevice(),
                "must be the weight's, " + weight.getDevice(),
                "pass a manager of that device");
        NDArray copy = TensorBytes.allocate(precision.dataType(), weight.getShape(), owner);
        copy(List.of(copy), List.of(weight));
        return copy;
    }

    /**
     * Writes weights into others.
     *
     * @param targets what is overwritten
     * @param sources as many arrays of the same shapes; converted where types differ
     */
    public static void copy(List<NDArray> targets, List<NDArray> sources) {
        requirePairs(targets, sources);
        if (!targets.isEmpty()) {
            TensorProgram.named("weights")
                    .call("copy")
                    .with("targets", targets)
                    .with("sources", sources)
                    .run(targets.get(0).getManager())
                    .close();
        }
    }

    /**
     * Moves weights towards others: {@code target += share (source - target)}.
     *
     * @param targets what moves; the sum is rounded to its type, so small shares need fp32
     * @param sources where to, as many arrays of the same shapes
     * @param share 0 = stay, 1 = become the source
     */
    public static void lerp(List<NDArray> targets, List<NDArray> sources, double share) {
        requirePairs(targets, sources);
        Check.that(
                share >= 0 && share <= 1,
                "share",
                share,
                "must be between 0 and 1",
                "an average of decay d has the share 1 - d");
        if (!targets.isEmpty()) {
            TensorProgram.named("weights")
                    .call("lerp")
                    .with("targets", targets)
                    .with("sources", sources)
                    .with("share", share)
                    .run(targets.get(0).getManager())
                    .close();
        }
    }

    /**
     * Adds a product of two narrow matrices: {@code W += scale B A}, computed in fp32 and rounded once to W's type.
     *
     * @param matrix W [out,in], or [in,out] where transposed
     * @param a A [r,in]
     * @param b B [out,r]
     * @param scale what the product is multiplied by
     * @param transposed whether W is stored [in,out]
     */
    public static void addProduct(NDArray matrix, NDArray a, NDArray b, double scale, boolean transposed) {
        Shapes.require(a, "A [r,in]", Shapes.ANY, Shapes.ANY);
        Shapes.require(b, "B [out,r]", Shapes.ANY, a.getShape().get(0));
        long to = b.getShape().get(0);
        long from = a.getShape().get(1);
        Shapes.require(matrix, "matrix", transposed ? from : to, transposed ? to : from);
        for (NDArray array : List.of(matrix, a, b)) {
            Shapes.requireType(array, "matrix, A or B", DataType.FLOAT32, DataType.BFLOAT16);
            Shapes.requireSameDevice(array, "matrix, A or B", matrix);
        }
        Check.that(Double.isFinite(scale), "scale", scale, "must be finite", "use alpha / rank");
        TensorProgram.named("weights")
                .call("add_product")
                .with("weight", matrix)
                .with("a", a)
                .with("b", b)
                .with("scale", scale)
                .with("transposed", transposed)
                .run(matrix.getManager())
                .close();
    }

    private static void requirePairs(List<NDArray> targets, List<NDArray> sources) {
        Check.that(
                targets.size() == sources.size(),
                "number of sources",
                sources.size(),
                "must be that of the targets, " + targets.size(),
                "pass the weights in pairs");
        for (int i = 0; i < targets.size(); i++) {
            String name = "source " + i;
            Shapes.require(sources.get(i), name, targets.get(i).getShape().getShape());
            Shapes.requireType(sources.get(i), name, DataType.FLOAT32, DataType.BFLOAT16);
            Shapes.requireType(targets.get(i), "target " + i, DataType.FLOAT32, DataType.BFLOAT16);
            Shapes.requireSameDevice(sources.get(i), name, targets.get(i));
        }
    }
}
