package org.rft4j.engine.state;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.program.TensorBytes;

/**
 * Named arrays as bytes, bit for bit: a magic number, how many arrays follow, then for each its name, data type, shape and raw content,
 * numbers little-endian. Reading goes into arrays that exist already, so that a file can only restore what it was written for. Both
 * go through the arrays in pieces of some megabytes. Takes fp64, fp32, fp16, bf16 and int64; arrays may require gradients.
 */
public final class TensorState {
    private static final int MAGIC = 0x72_66_74_01; // "rft", version 1

    private static final int PIECE_BYTES = 1 << 22;

    private TensorState() {}

    /**
     * Writes arrays.
     *
     * @param target where to write; flushed, and stays open
     * @param arrays by name, in the order in which they will be read
     * @throws IOException if writing fails
     */
    public static void write(OutputStream target, Map<String, NDArray> arrays) throws IOException {
        DataOutputStream out = new DataOutputStream(target);
        out.writeInt(MAGIC);
        out.writeInt(arrays.size());
        for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
            writeHeader(out, entry.getKey(), entry.getValue());
            writeContent(out, entry.getValue());
        }
        out.flush();
    }

    /**
     * Reads arrays. After a failure some of them are new and some old: read another file, or make them anew.
     *
     * @param source what {@link #write} wrote; stays open, and nothing behind the arrays is read
     * @param arrays the same names, types and shapes in the same order; their numbers, in row-major order, are overwritten
     * @param owner what they belong to, for messages: {@code "optimiser"}
     * @throws IOException if reading fails, the bytes are cut off or damaged, or they hold other names, types or shapes
     */
    public static void read(InputStream source, Map<String, NDArray> arrays, String owner) throws IOException {
        DataInputStream in = new DataInputStream(source);
        try {
            require(in.readInt() == MAGIC, owner, "it is not " + owner + " state of this version");
            int count = in.readInt();
            require(
                    count == arrays.size(),
                    owner,
                    "it holds " + count + " arrays, this " + owner + " has " + arrays.size());
            for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
                requireHeader(in, entry.getKey(), entry.getValue(), owner);
                readContent(in, entry.getKey(), entry.getValue());
            }
        } catch (EOFException | UTFDataFormatException e) {
            throw new IOException("State of the " + owner + " is cut off or damaged; restore an intact checkpoint", e);
        }
    }

    private static void writeHeader(DataOutputStream out, String name, NDArray array) throws IOException {
        out.writeUTF(name);
        out.writeUTF(Shapes.typeOf(array).toString());
        long[] shape = array.getShape().getShape();
        out.writeByte(shape.length);
        for (long size : shape) {
            out.writeLong(size);
        }
    }

    private static void requireHeader(DataInputStream in, String name, NDArray array, String owner) throws IOException {
        String foundName = in.readUTF();
        String type = in.readUTF();
        long[] shape = new long[in.readUnsignedByte()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = in.readLong();
        }
        String found = foundName + " " + type + Arrays.toString(shape);
        String wanted = name + " " + Shapes.typeOf(array)
                + Arrays.toString(array.getShape().getShape());
        require(found.equals(wanted), owner, "it holds " + found + " where this " + owner + " has " + wanted);
    }

    private static void writeContent(DataOutputStream out, NDArray array) throws IOException {
        DataType type = Shapes.typeOf(array);
        Pieces pieces = new Pieces(array, type);
        try (NDArray flat = TensorBytes.flat(array)) {
            for (long start = 0; start < array.size(); start += pieces.numbers()) {
                ByteBuffer piece = pieces.at(start);
                TensorBytes.read(flat, start, piece, type);
                piece.get(pieces.onHeap(), 0, piece.limit());
                out.write(pieces.onHeap(), 0, piece.limit());
            }
        }
    }

    private static void readContent(DataInputStream in, String name, NDArray array) throws IOException {
        DataType type = Shapes.typeOf(array);
        Pieces pieces = new Pieces(array, type);
        for (long start = 0; start < array.size(); start += pieces.numbers()) {
            ByteBuffer piece = pieces.at(start);
            if (in.readNBytes(pieces.onHeap(), 0, piece.limit()) < piece.limit()) {
                throw new EOFException("inside " + name);
            }
            TensorBytes.write(array, start, piece.put(0, pieces.onHeap(), 0, piece.limit()), type);
        }
    }

    private static void require(boolean condition, String owner, String problem) throws IOException {
        if (!condition) {
            throw new IOException("State of the " + owner + " does not fit: " + problem
                    + "; restore a checkpoint of the same model, parameters and rft4j version");
        }
    }

    /** A buffer for a part of an array, native because libtorch reads it, and one on the heap because streams do. */
    private record Pieces(ByteBuffer buffer, byte[] onHeap, int width, long end) {
        Pieces(NDArray array, DataType type) {
            this(
                    ByteBuffer.allocateDirect((int) Math.min(PIECE_BYTES, array.size() * type.getNumOfBytes()))
                            .order(ByteOrder.LITTLE_ENDIAN),
                    new byte[(int) Math.min(PIECE_BYTES, array.size() * type.getNumOfBytes())],
                    type.getNumOfBytes(),
                    array.size());
        }

        int numbers() {
            return onHeap.length / width;
        }

        /** The buffer, as long as the piece that begins at this number. */
        ByteBuffer at(long start) {
            return buffer.clear().limit((int) Math.min(numbers(), end - start) * width);
        }
    }
}
