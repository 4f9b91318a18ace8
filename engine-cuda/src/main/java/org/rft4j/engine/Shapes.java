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
     * An array's data type. DJL's natives were built without bfloat16: they call it unknown, and abort the JVM where Java
     * asks them for it ({@code toType}, {@code zeros}, {@code zerosLike}). It is the only unknown type the engine makes.
     *
     * @param array the array
     * @return its data type
     */
    public static DataType typeOf(NDArray array) {
        DataType type = array.getDataType();
        return type == DataType.UNKNOWN ? DataType.BFLOAT16 : type;
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
                List.of(allowed).contains(typeOf(array)),
                "data type of " + name,
                typeOf(array),
                "must be " + (allowed.length == 1 ? allowed[0] : "one of " + Arrays.toString(allowed)),
                "convert it with toType, or with Precision.BF16 to bfloat16");
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
