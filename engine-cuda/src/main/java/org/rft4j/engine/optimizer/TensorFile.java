package org.rft4j.engine.optimizer;

import ai.djl.ndarray.NDArray;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
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
        try {
            require(in.readInt() == MAGIC, "it is not optimiser state of this version");
            int count = in.readInt();
            require(count == arrays.size(), "it holds " + count + " arrays, this optimiser has " + arrays.size());
            List<byte[]> contents = new ArrayList<>(); // all of them before the first is set
            for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
                contents.add(readArray(in, entry.getKey(), entry.getValue()));
            }
            Iterator<byte[]> next = contents.iterator();
            for (NDArray array : arrays.values()) {
                array.set(ByteBuffer.wrap(next.next()).order(ByteOrder.nativeOrder()));
            }
        } catch (EOFException | UTFDataFormatException e) {
            throw new IOException("Optimiser state is cut off or damaged; restore an intact checkpoint", e);
        }
    }

    private static byte[] readArray(DataInputStream in, String name, NDArray array) throws IOException {
        String foundName = in.readUTF();
        String type = in.readUTF();
        long[] shape = new long[in.readUnsignedByte()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = in.readLong();
        }
        int size = in.readInt();
        String found = foundName + " " + type + Arrays.toString(shape) + " of " + size + " bytes";
        long bytes = array.size() * array.getDataType().getNumOfBytes();
        String wanted = name + " " + array.getDataType()
                + Arrays.toString(array.getShape().getShape()) + " of " + bytes + " bytes";
        require(found.equals(wanted), "it holds " + found + " where this optimiser has " + wanted);
        byte[] content = in.readNBytes(size);
        if (content.length < size) {
            throw new EOFException("inside " + name);
        }
        return content;
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
