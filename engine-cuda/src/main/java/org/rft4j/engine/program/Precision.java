package org.rft4j.engine.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;

/**
 * The number formats in which weights are kept and products are computed. bfloat16 arrays are made here, by
 * {@link TensorBytes} and by programs only: DJL's own {@code toType} and {@code create} abort the JVM when asked for bfloat16.
 */
public enum Precision {
    /** 32-bit floats. */
    FP32(DataType.FLOAT32),
    /** bfloat16; gradients of such weights are bf16 too and add up in it, while the optimiser keeps fp32 masters. */
    BF16(DataType.BFLOAT16);

    private final DataType dataType;

    Precision(DataType dataType) {
        this.dataType = dataType;
    }

    /**
     * The format of an array.
     *
     * @param array fp32 or bf16
     * @return its format
     */
    public static Precision of(NDArray array) {
        Shapes.requireType(array, "array", FP32.dataType, BF16.dataType);
        return Shapes.typeOf(array) == BF16.dataType ? BF16 : FP32;
    }

    /**
     * DJL's name for it.
     *
     * @return the data type
     */
    public DataType dataType() {
        return dataType;
    }

    /**
     * Converts loaded weights, which may be fp64, fp32, fp16 or bf16, to this format.
     *
     * @param loaded the array as it stood in a file
     * @return the array itself if it has this format, a converted copy otherwise
     */
    public NDArray convert(NDArray loaded) {
        DataType from = Shapes.typeOf(loaded);
        boolean known = from == DataType.FLOAT64
                || from == DataType.FLOAT32
                || from == DataType.FLOAT16
                || from == DataType.BFLOAT16;
        Check.that(
                known, "data type of a weight", from, "must be fp64, fp32, fp16 or bf16", "dequantise the file first");
        if (from == dataType) {
            return loaded;
        }
        if (this == FP32) {
            return loaded.toType(dataType, true);
        }
        return toBf16(loaded);
    }

    private static NDArray toBf16(NDArray x) {
        return TensorProgram.named("types")
                .call("to_bf16")
                .with("x", x)
                .run(x.getManager())
                .singletonOrThrow();
    }
}
