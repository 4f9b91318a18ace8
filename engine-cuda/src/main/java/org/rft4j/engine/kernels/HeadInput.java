package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Shapes;

/**
 * Hidden states and the tokens they predict: {@code hidden[b,t]} is the state from which {@code ids[b,t]} is predicted,
 * so a caller shifts by one.
 *
 * @param hidden [B,T,H], in the head's data type
 * @param ids [B,T], int64
 * @param mask [B,T], 1 = compute this position; the others yield 0 and cost nothing. Null = all
 * @param supportSizes [B,T] int64, among how many tokens a sampler drew each one, 0 = not known. Where a filter leaves tokens out,
 *     the support is so many of the best, the predicted token among them, instead of what the filter would leave now. Null = none
 *     is known
 */
public record HeadInput(
        NDArray hidden,
        NDArray ids,
        @Nullable NDArray mask,
        @Nullable NDArray supportSizes) {

    /** What a mask may be made of; anything but 0 means "compute". */
    static final DataType[] MASK_TYPES = {
        DataType.BOOLEAN, DataType.UINT8, DataType.INT32, DataType.INT64, DataType.FLOAT32
    };

    /**
     * Tokens whose supports have no known size.
     *
     * @param hidden [B,T,H]
     * @param ids [B,T]
     * @param mask [B,T], or null
     */
    public HeadInput(NDArray hidden, NDArray ids, @Nullable NDArray mask) {
        this(hidden, ids, mask, null);
    }

    /**
     * All positions.
     *
     * @param hidden [B,T,H]
     * @param ids [B,T]
     */
    public HeadInput(NDArray hidden, NDArray ids) {
        this(hidden, ids, null);
    }

    /** Everything native code would crash on or misread is refused here. */
    void requireFor(LmHead head, long usable) {
        head.requireHidden(hidden, "hidden");
        requirePositions(ids, "ids", DataType.INT64);
        if (mask != null) {
            requirePositions(mask, "mask", MASK_TYPES);
        }
        TensorChecks.requireIds("token id", ids, mask, 0, usable);
        if (supportSizes != null) {
            requirePositions(supportSizes, "support sizes", DataType.INT64);
            TensorChecks.requireSizes(supportSizes, mask, usable);
        }
    }

    /** A gradient that is not finite would poison every weight before anyone notices. */
    void requireGradient(NDArray gradient, String name) {
        requirePositions(gradient, name, DataType.FLOAT32);
        TensorChecks.requireFinite(name, gradient);
    }

    void requirePositions(NDArray array, String name, DataType... types) {
        long[] shape = hidden.getShape().getShape();
        Shapes.require(array, name + " [B,T]", shape[0], shape[1]);
        Shapes.requireType(array, name, types);
        Shapes.requireSameDevice(array, name, hidden);
    }
}
