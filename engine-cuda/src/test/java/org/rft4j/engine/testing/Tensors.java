package org.rft4j.engine.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.rft4j.engine.program.Precision;

/** Native arrays from Java numbers and back. */
public final class Tensors {
    private static final int BF16_DROPPED_BITS = 16;

    private Tensors() {}

    /**
     * Builds an fp32 array.
     *
     * @param manager its owner
     * @param values its numbers, row-major
     * @param shape its sizes
     * @return the array
     */
    public static NDArray of(NDManager manager, double[] values, long... shape) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            narrow[i] = (float) values[i];
        }
        return manager.create(narrow, new Shape(shape));
    }

    /**
     * Builds an array of any type.
     *
     * @param manager its owner
     * @param type its data type
     * @param values its numbers, row-major
     * @param shape its sizes
     * @return the array
     */
    public static NDArray of(NDManager manager, DataType type, double[] values, long... shape) {
        NDArray narrow = of(manager, values, shape);
        return type == DataType.BFLOAT16 ? Precision.BF16.convert(narrow) : narrow.toType(type, false);
    }

    /**
     * Builds an int64 array.
     *
     * @param manager its owner
     * @param values its numbers, row-major
     * @param shape its sizes
     * @return the array
     */
    public static NDArray ofLongs(NDManager manager, long[] values, long... shape) {
        return manager.create(values, new Shape(shape));
    }

    /**
     * Reads an array of any float type.
     *
     * @param array the array
     * @return its numbers, row-major
     */
    public static double[] doubles(NDArray array) {
        try (NDArray wide = array.stopGradient().toType(DataType.FLOAT64, true)) {
            return wide.toDoubleArray();
        }
    }

    /**
     * Rounds to the nearest bfloat16, ties to even.
     *
     * @param values float32 numbers
     * @return bfloat16 numbers
     */
    public static double[] toBf16(double[] values) {
        double[] rounded = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int bits = Float.floatToIntBits((float) values[i]);
            int half = 0x7FFF + ((bits >>> BF16_DROPPED_BITS) & 1);
            rounded[i] = Float.intBitsToFloat((bits + half) >> BF16_DROPPED_BITS << BF16_DROPPED_BITS);
        }
        return rounded;
    }
}
