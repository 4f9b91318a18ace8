package org.rft4j.engine.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
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
import org.rft4j.engine.program.TensorProgram;

/**
 * Named arrays as bytes: a magic number, then for each its name, data type, shape and raw content. Reading goes into
 * arrays that exist already, so that a file can only restore what it was written for.
 */
final class TensorFile {
    private static final int MAGIC = 0x72_66_74_01; // "rft", version 1

    private static final long PIECE = 1 << 24;

    private TensorFile() {}

    static void write(OutputStream target, Map<String, NDArray> arrays) throws IOException {
        DataOutputStream out = new DataOutputStream(target);
        out.writeInt(MAGIC);
        out.writeInt(arrays.size());
        for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
            writeHeader(out, entry.getKey(), entry.getValue());
            writeContent(out, entry.getValue());
        }
        out.flush();
    }

    static void readInto(InputStream source, Map<String, NDArray> arrays) throws IOException {
        DataInputStream in = new DataInputStream(source);
        try {
            require(in.readInt() == MAGIC, "it is not optimiser state of this version");
            int count = in.readInt();
            require(count == arrays.size(), "it holds " + count + " arrays, this optimiser has " + arrays.size());
            for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
                readHeader(in, entry.getKey(), entry.getValue());
                readContent(in, entry.getKey(), entry.getValue());
            }
        } catch (EOFException | UTFDataFormatException e) {
            throw new IOException("Optimiser state is cut off or damaged; restore an intact checkpoint", e);
        }
    }

    private static void readHeader(DataInputStream in, String name, NDArray array) throws IOException {
        String foundName = in.readUTF();
        String type = in.readUTF();
        long[] shape = new long[in.readUnsignedByte()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = in.readLong();
        }
        String found = foundName + " " + type + Arrays.toString(shape);
        String wanted = name + " " + array.getDataType()
                + Arrays.toString(array.getShape().getShape());
        require(found.equals(wanted), "it holds " + found + " where this optimiser has " + wanted);
    }

    /** Piece by piece: a large embedding is more than a Java buffer can hold. */
    private static void writeContent(DataOutputStream out, NDArray array) throws IOException {
        for (long start = 0; start < array.size(); start += PIECE) {
            try (NDArray flat = array.reshape(-1);
                    NDArray piece = flat.get(new NDIndex("{}:{}", start, Math.min(array.size(), start + PIECE)))) {
                out.write(piece.toByteArray());
            }
        }
    }

    private static void readContent(DataInputStream in, String name, NDArray array) throws IOException {
        for (long start = 0; start < array.size(); start += PIECE) {
            long end = Math.min(array.size(), start + PIECE);
            int bytes = (int) (end - start) * array.getDataType().getNumOfBytes();
            byte[] content = in.readNBytes(bytes);
            if (content.length < bytes) {
                throw new EOFException("inside " + name);
            }
            ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.nativeOrder());
            try (NDArray onHost = array.getManager().create(buffer, new Shape(end - start), array.getDataType());
                    NDArray piece = onHost.toDevice(array.getDevice(), true)) {
                TensorProgram.named("types")
                        .call("write")
                        .with("target", array)
                        .with("start", start)
                        .with("piece", piece)
                        .run(array.getManager())
                        .close();
            }
        }
    }

    private static void writeHeader(DataOutputStream out, String name, NDArray array) throws IOException {
        out.writeUTF(name);
        out.writeUTF(array.getDataType().toString());
        long[] shape = array.getShape().getShape();
        out.writeByte(shape.length);
        for (long size : shape) {
            out.writeLong(size);
        }
    }

    private static void require(boolean condition, String problem) throws IOException {
        if (!condition) {
            throw new IOException("Optimiser state does not fit: " + problem
                    + "; restore a checkpoint of the same model, parameters and rft4j version");
        }
    }
}
