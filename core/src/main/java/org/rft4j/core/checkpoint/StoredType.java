package org.rft4j.core.checkpoint;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a file stores numbers: one by one, or in blocks that share scales. The names are those of the formats. Types of which
 * only the size is known can stand in a file, but their tensors are refused when asked for.
 */
public enum StoredType {
    /** 64-bit floats. */
    F64(28, 1, 8, DataType.FLOAT64),
    /** 32-bit floats. */
    F32(0, 1, 4, DataType.FLOAT32),
    /** IEEE half precision. */
    F16(1, 1, 2, DataType.FLOAT16),
    /** bfloat16. */
    BF16(30, 1, 2, DataType.BFLOAT16),
    /** 64-bit integers. */
    I64(27, 1, 8, DataType.INT64),
    /** Unsigned 64-bit integers; size only. */
    U64(-1, 1, 8, null),
    /** 32-bit integers; size only. */
    I32(26, 1, 4, null),
    /** Unsigned 32-bit integers; size only. */
    U32(-1, 1, 4, null),
    /** 16-bit integers; size only. */
    I16(25, 1, 2, null),
    /** Unsigned 16-bit integers; size only. */
    U16(-1, 1, 2, null),
    /** 8-bit integers; size only. */
    I8(24, 1, 1, null),
    /** Unsigned 8-bit integers; size only. */
    U8(-1, 1, 1, null),
    /** Truth values; size only. */
    BOOL(-1, 1, 1, null),
    /** Complex numbers of two 32-bit floats; size only. */
    C64(-1, 1, 8, null),
    /** 8-bit floats of 4 exponent bits; size only. */
    F8_E4M3(-1, 1, 1, null),
    /** 8-bit floats of 5 exponent bits; size only. */
    F8_E5M2(-1, 1, 1, null),
    /** 8-bit powers of two; size only. */
    F8_E8M0(-1, 1, 1, null),
    /** Blocks of 32 4-bit numbers with a scale. */
    Q4_0(2, 32, 18, null),
    /** Blocks of 32 4-bit numbers with scale and offset; size only. */
    Q4_1(3, 32, 20, null),
    /** Blocks of 32 5-bit numbers with a scale; size only. */
    Q5_0(6, 32, 22, null),
    /** Blocks of 32 5-bit numbers with scale and offset; size only. */
    Q5_1(7, 32, 24, null),
    /** Blocks of 32 8-bit numbers with a scale. */
    Q8_0(8, 32, 34, null),
    /** Blocks of 32 8-bit numbers with scale and sum; size only. */
    Q8_1(9, 32, 40, null),
    /** Blocks of 256 2-bit numbers; size only. */
    Q2_K(10, 256, 84, null),
    /** Blocks of 256 3-bit numbers; size only. */
    Q3_K(11, 256, 110, null),
    /** Blocks of 256 4-bit numbers with 8 scales and offsets. */
    Q4_K(12, 256, 144, null),
    /** Blocks of 256 5-bit numbers with 8 scales and offsets; size only. */
    Q5_K(13, 256, 176, null),
    /** Blocks of 256 6-bit numbers with 16 scales. */
    Q6_K(14, 256, 210, null),
    /** Blocks of 256 8-bit numbers; size only. */
    Q8_K(15, 256, 292, null),
    /** Blocks of about 2 bits a number; size only. */
    IQ2_XXS(16, 256, 66, null),
    /** Blocks of about 2 bits a number; size only. */
    IQ2_XS(17, 256, 74, null),
    /** Blocks of about 3 bits a number; size only. */
    IQ3_XXS(18, 256, 98, null),
    /** Blocks of about 1.5 bits a number; size only. */
    IQ1_S(19, 256, 50, null),
    /** Blocks of 32 4-bit indices; size only. */
    IQ4_NL(20, 32, 18, null),
    /** Blocks of about 3 bits a number; size only. */
    IQ3_S(21, 256, 110, null),
    /** Blocks of about 2 bits a number; size only. */
    IQ2_S(22, 256, 82, null),
    /** Blocks of 256 4-bit indices; size only. */
    IQ4_XS(23, 256, 136, null),
    /** Blocks of about 1.75 bits a number; size only. */
    IQ1_M(29, 256, 56, null),
    /** Blocks of ternary numbers; size only. */
    TQ1_0(34, 256, 54, null),
    /** Blocks of ternary numbers; size only. */
    TQ2_0(35, 256, 66, null),
    /** Blocks of 32 4-bit floats with an exponent; size only. */
    MXFP4(39, 32, 17, null);

    private final int ggufId;
    private final int blockNumbers;
    private final int blockBytes;
    private final @Nullable DataType dataType;

    StoredType(int ggufId, int blockNumbers, int blockBytes, @Nullable DataType dataType) {
        this.ggufId = ggufId;
        this.blockNumbers = blockNumbers;
        this.blockBytes = blockBytes;
        this.dataType = dataType;
    }

    /**
     * The data type of an array that holds exactly these numbers.
     *
     * @return the data type; empty for blocks and for types of which only the size is known
     */
    public Optional<DataType> dataType() {
        return Optional.ofNullable(dataType);
    }

    /**
     * How many numbers stand together.
     *
     * @return 1, or the numbers of a block
     */
    public int blockNumbers() {
        return blockNumbers;
    }

    /**
     * The bytes of what stands together.
     *
     * @return bytes of a number or of a block
     */
    public int blockBytes() {
        return blockBytes;
    }

    boolean isBlock() {
        return blockNumbers > 1;
    }

    /** Whether {@link TensorSource#load} can make floats of it. */
    boolean isLoadable() {
        return BlockDecoder.of(this).isPresent() || (dataType != null && this != I64);
    }

    static Optional<StoredType> ofSafetensors(String name) {
        return Arrays.stream(values())
                .filter(type -> !type.isBlock() && type.name().equals(name))
                .findFirst();
    }

    static Optional<StoredType> ofGguf(int id) {
        return Arrays.stream(values())
                .filter(type -> type.ggufId == id && id >= 0)
                .findFirst();
    }

    static Optional<StoredType> of(DataType type) {
        return Arrays.stream(values()).filter(stored -> stored.dataType == type).findFirst();
    }
}
