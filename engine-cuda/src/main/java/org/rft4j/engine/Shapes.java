package org.rft4j.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.List;

/** Checks of shapes, data types and devices at the door of native code. */
public final class Shapes {
    /** Stands for "any size" in {@link #require}. */
    public static final long ANY = -1;

    private Shapes() {}

    /**
     * Throws unless the array has this shape.
     *
     * @param array the array
     * @param name its name, with the dimensions in words, for example {@code hidden [B,T,H]}
     * @param dimensions the expected sizes, {@link #ANY} where any size will do
     */
    public static void require(NDArray array, String name, long... dimensions) {
        long[] actual = array.getShape().getShape();
        boolean matches = actual.length == dimensions.length;
        for (int i = 0; matches && i < actual.length; i++) {
            matches = dimensions[i] == ANY || dimensions[i] == actual[i];
        }
        Check.that(
                matches,
                "shape of " + name,
                Arrays.toString(actual),
                "must be " + describe(dimensions),
                "reshape it or pass the arrays that belong together");
    }

    /**
     * Throws unless the array has one of these data types.
     *
     * @param array the array
     * @param name its name
     * @param allowed the data types that will do
     */
    public static void requireType(NDArray array, String name, DataType... allowed) {
        Check.that(
                List.of(allowed).contains(array.getDataType()),
                "data type of " + name,
                array.getDataType(),
                "must be " + (allowed.length == 1 ? allowed[0] : "one of " + Arrays.toString(allowed)),
                "convert it with toType");
    }

    /**
     * Throws unless the array is where another one is.
     *
     * @param array the array
     * @param name its name
     * @param other the array it must sit beside
     */
    public static void requireSameDevice(NDArray array, String name, NDArray other) {
        Check.that(
                array.getDevice().equals(other.getDevice()),
                "device of " + name,
                array.getDevice(),
                "must be " + other.getDevice(),
                "move it with toDevice");
    }

    private static String describe(long[] dimensions) {
        StringBuilder text = new StringBuilder("[");
        for (long d : dimensions) {
            text.append(text.length() > 1 ? ", " : "").append(d == ANY ? "any" : d);
        }
        return text.append(']').toString();
    }
}
