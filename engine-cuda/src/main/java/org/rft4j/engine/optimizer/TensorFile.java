package org.rft4j.engine.optimizer;

import ai.djl.ndarray.NDArray;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * Named arrays as bytes: a magic number, then for each its name, data type, shape and raw content. Reading goes into
 * arrays that exist already, so that a file can only restore what it was written for.
 */
final class TensorFile {
    private static final int MAGIC = 0x72_66_74_01; // "rft", version 1

    private TensorFile() {}

    static void write(OutputStream target, Map<String, NDArray> arrays) throws IOException {
        DataOutputStream out = new DataOutputStream(target);
        out.writeInt(MAGIC);
        out.writeInt(arrays.size());
        for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
            byte[] content = entry.getValue().toByteArray();
            writeHeader(out, entry.getKey(), entry.getValue(), content.length);
            out.write(content);
        }
        out.flush();
    }

    static void readInto(InputStream source, Map<String, NDArray> arrays) throws IOException {
        DataInputStream in = new DataInputStream(source);
        require(in.readInt() == MAGIC, "it is not optimiser state of this version");
        int count = in.readInt();
        require(count == arrays.size(), "it holds " + count + " arrays, this optimiser has " + arrays.size());
        for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
            NDArray array = entry.getValue();
            String name = in.readUTF();
            String type = in.readUTF();
            long[] shape = new long[in.readUnsignedByte()];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = in.readLong();
            }
            String found = name + " " + type + Arrays.toString(shape);
            String wanted = entry.getKey() + " " + array.getDataType()
                    + Arrays.toString(array.getShape().getShape());
            require(found.equals(wanted), "it holds " + found + " where this optimiser has " + wanted);
            int size = in.readInt();
            byte[] content = in.readNBytes(size);
            if (content.length < size) {
                throw new EOFException("Optimiser state ends inside " + name + "; restore an intact checkpoint");
            }
            array.set(ByteBuffer.wrap(content).order(java.nio.ByteOrder.nativeOrder()));
        }
    }

    private static void writeHeader(DataOutputStream out, String name, NDArray array, int bytes) throws IOException {
        out.writeUTF(name);
        out.writeUTF(array.getDataType().toString());
        long[] shape = array.getShape().getShape();
        out.writeByte(shape.length);
        for (long size : shape) {
            out.writeLong(size);
        }
        out.writeInt(bytes);
    }

    private static void require(boolean condition, String problem) throws IOException {
        if (!condition) {
            throw new IOException("Optimiser state does not fit: " + problem
                    + "; restore a checkpoint of the same model, parameters and rft4j version");
        }
    }
}
