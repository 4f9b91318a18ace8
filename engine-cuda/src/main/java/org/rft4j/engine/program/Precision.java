package org.rft4j.engine.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;

/**
 * The number formats in which weights are kept and products are computed. bfloat16 arrays are made here and by programs
 * only: DJL's own {@code toType} and {@code create} abort the JVM when asked for bfloat16.
 */
public enum Precision {
    /** 32-bit floats. */
    FP32(DataType.FLOAT32),
    /** bfloat16; the optimiser keeps fp32 masters beside such weights. */
    BF16(DataType.BFLOAT16);

    private static final int BF16_SHIFT = 16;

    private static final int SLICE = 1 << 24;

    private final DataType dataType;

    Precision(DataType dataType) {
        this.dataType = dataType;
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

    /**
     * Makes a bfloat16 array of its bytes, as they stand in a file.
     *
     * @param bytes two bytes a number, little-endian; not changed
     * @param shape the array's shape
     * @param manager its owner
     * @return the array
     */
    public static NDArray bf16FromBytes(ByteBuffer bytes, Shape shape, NDManager manager) {
        Check.that(
                bytes.remaining() == 2 * shape.size(),
                "number of bytes",
                bytes.remaining(),
                "must be twice the size of " + shape,
                "pass the bytes of one whole array");
        ShortBuffer numbers = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
        NDArray result = emptyBf16(shape, manager);
        while (numbers.hasRemaining()) { // in slices: a large embedding is too much for one Java array
            int start = numbers.position();
            float[] wide = new float[Math.min(SLICE, numbers.remaining())];
            for (int i = 0; i < wide.length; i++) {
                wide[i] = Float.intBitsToFloat(numbers.get() << BF16_SHIFT); // the upper half of a float
            }
            try (NDArray slice = manager.create(wide)) {
                write(result, start, slice);
            }
        }
        return result;
    }

    private static NDArray emptyBf16(Shape shape, NDManager manager) {
        try (NDArray beside = manager.create(0f)) {
            return TensorProgram.named("types")
                    .call("empty_bf16")
                    .with("beside", beside)
                    .with("size", shape.getShape())
                    .run(manager)
                    .singletonOrThrow();
        }
    }

    private static void write(NDArray target, long start, NDArray slice) {
        TensorProgram.named("types")
                .call("write")
                .with("target", target)
                .with("start", start)
                .with("piece", slice)
                .run(target.getManager())
                .close();
    }

    private static NDArray toBf16(NDArray x) {
        return TensorProgram.named("types")
                .call("to_bf16")
                .with("x", x)
                .run(x.getManager())
                .singletonOrThrow();
    }
}
