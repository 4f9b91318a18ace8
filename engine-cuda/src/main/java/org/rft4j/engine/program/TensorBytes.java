package org.rft4j.engine.program;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.rft4j.engine.Check;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.Shapes;

/**
 * Moves numbers between files and native memory, in slices that the caller chooses and without a copy on the Java heap
 * where the buffers are direct (mapped files are). Bytes are little-endian, as in files; bfloat16 is a format like any other.
 */
public final class TensorBytes {
    /** The numbers of {@code c10::ScalarType}, by which programs know data types. */
    private static final Map<DataType, Long> NUMBER_FORMATS = Map.of(
            DataType.INT64, 4L,
            DataType.FLOAT16, 5L,
            DataType.FLOAT32, 6L,
            DataType.FLOAT64, 7L,
            DataType.BFLOAT16, 15L);

    private TensorBytes() {}

    /**
     * Makes an array of unspecified numbers, to be filled with {@link #write}. It lives as long as its manager, whatever
     * scope is open.
     *
     * @param type fp64, fp32, fp16, bf16 or int64
     * @param shape its shape
     * @param owner its owner, which also says on which device it is
     * @return the array
     */
    public static NDArray allocate(DataType type, Shape shape, NDManager owner) {
        return NativeScope.leaveToManager(empty(type, shape, owner));
    }

    /**
     * Writes stored numbers into a part of an array, converted to its data type: one float format to another, or int64 as it is.
     *
     * @param target the array, on any device, its numbers in row-major order
     * @param start the position of the first number, in row-major order
     * @param bytes the stored numbers, from the buffer's position to its limit; neither they nor the buffer change
     * @param storedAs their format
     */
    public static void write(NDArray target, long start, ByteBuffer bytes, DataType storedAs) {
        requireFit(target, start, bytes, storedAs);
        if (!bytes.hasRemaining()) {
            return;
        }
        try (NDManager onHost = target.getManager().newSubManager(Device.cpu())) {
            NDArray stored = alias(bytes, onHost);
            NDArray aligned = isAligned(bytes, storedAs) ? stored : stored.duplicate();
            long written = types("write_bytes")
                    .with("target", target)
                    .with("start", start)
                    .with("stored", aligned)
                    .with("numbers", empty(storedAs, new Shape(0), onHost))
                    .run(onHost)
                    .singletonOrThrow()
                    .getLong();
            Check.that(
                    written > 0,
                    "array to write to",
                    "a transposed or cut view",
                    "must hold its numbers in row-major order",
                    "call duplicate() first");
        }
    }

    /**
     * The same numbers as one row, to be read from with {@link #read}: a view where they are contiguous, a copy where not.
     *
     * @param array any array
     * @return the row, which belongs to the array's manager; close it
     */
    public static NDArray flat(NDArray array) {
        return types("flat").with("x", array).run(array.getManager()).singletonOrThrow();
    }

    /**
     * Stores numbers of an array, rounded to the nearest of the format, ties to even.
     *
     * @param flat a row of numbers, on any device
     * @param start the position of the first one to store
     * @param bytes a direct buffer; it is filled from its position to its limit, neither of which changes
     * @param storedAs the format to store
     * @return how many finite numbers the format cannot hold: they became infinite
     */
    public static long read(NDArray flat, long start, ByteBuffer bytes, DataType storedAs) {
        requireFit(flat, start, bytes, storedAs);
        Check.that(
                flat.getShape().dimension() == 1,
                "array to read from",
                "of shape " + flat.getShape(),
                "must be a row of numbers",
                "call TensorBytes.flat first");
        Check.that(
                bytes.isDirect() && !bytes.isReadOnly() && isAligned(bytes, storedAs),
                "buffer",
                bytes,
                "must be direct, writable and aligned to the numbers it takes",
                "allocate it with ByteBuffer.allocateDirect");
        if (!bytes.hasRemaining()) {
            return 0;
        }
        try (NDManager onHost = flat.getManager().newSubManager(Device.cpu())) {
            return types("read_bytes")
                    .with("source", flat)
                    .with("start", start)
                    .with("stored", alias(bytes, onHost))
                    .with("numbers", empty(storedAs, new Shape(0), onHost))
                    .run(onHost)
                    .singletonOrThrow()
                    .getLong();
        }
    }

    private static NDArray empty(DataType type, Shape shape, NDManager owner) {
        long format = formatOf(type);
        try (NDArray beside = owner.create(0f)) {
            return types("empty")
                    .with("beside", beside)
                    .with("size", shape.getShape())
                    .with("number_format", format)
                    .run(owner)
                    .singletonOrThrow();
        }
    }

    private static void requireFit(NDArray array, long start, ByteBuffer bytes, DataType storedAs) {
        DataType type = Shapes.typeOf(array);
        formatOf(type);
        formatOf(storedAs);
        Check.that(
                (type == DataType.INT64) == (storedAs == DataType.INT64),
                "stored format",
                storedAs,
                "must be int64 just where the array is, which is " + type,
                "convert the numbers in Java, where rounding and range are your choice");
        int size = storedAs.getNumOfBytes();
        long count = bytes.remaining() / size;
        Check.that(
                bytes.remaining() % size == 0 && start >= 0 && start <= array.size() - count,
                "stored numbers",
                bytes.remaining() + " bytes at position " + start,
                "must be whole numbers of " + size + " bytes that fit the array's " + array.size(),
                "pass a slice of one array");
    }

    private static long formatOf(DataType type) {
        Long format = NUMBER_FORMATS.get(type);
        Check.that(format != null, "data type", type, "must be fp64, fp32, fp16, bf16 or int64", "convert it first");
        return java.util.Objects.requireNonNull(format);
    }

    /** The buffer's own memory as an array. A native call sees where a buffer begins, not its position: hence the slice. */
    private static NDArray alias(ByteBuffer bytes, NDManager owner) {
        return owner.create(bytes.slice(), new Shape(bytes.remaining()), DataType.UINT8);
    }

    /** A heap buffer is copied by DJL to where it likes; only a direct one can begin inside a number. */
    private static boolean isAligned(ByteBuffer bytes, DataType type) {
        return !bytes.isDirect() || bytes.alignmentOffset(bytes.position(), type.getNumOfBytes()) == 0;
    }

    private static ProgramCall types(String function) {
        Check.that(
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN,
                "byte order",
                ByteOrder.nativeOrder(),
                "must be little-endian, as files are",
                "run on x86-64 or ARM");
        return TensorProgram.named("types").call(function);
    }
}
