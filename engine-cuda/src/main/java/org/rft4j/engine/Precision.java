package org.rft4j.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** The number formats in which weights are kept and products are computed. */
public enum Precision {
    /** 32-bit floats. */
    FP32(DataType.FLOAT32),
    /** bfloat16; the optimiser keeps fp32 masters beside such weights. */
    BF16(DataType.BFLOAT16);

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
        DataType from = loaded.getDataType();
        boolean known = from == DataType.FLOAT64
                || from == DataType.FLOAT32
                || from == DataType.FLOAT16
                || from == DataType.BFLOAT16;
        Check.that(
                known, "data type of a weight", from, "must be fp64, fp32, fp16 or bf16", "dequantise the file first");
        return loaded.toType(dataType, false);
    }
}
