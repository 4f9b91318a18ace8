package org.rft4j.core.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.program.TensorBytes;

/** Golden files, files made by hand, and the numbers of arrays. */
final class TestFiles {
    private TestFiles() {}

    static Path golden(String name) {
        return Path.of("src/test/resources/golden/files", name);
    }

    /** A safetensors file of a header as given and so many bytes after it. */
    static byte[] safetensors(String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }

    static Path write(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The array's numbers as they would be stored. */
    static byte[] bytes(NDArray array) {
        DataType type = Shapes.typeOf(array);
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) array.size() * type.getNumOfBytes());
        try (NDArray flat = TensorBytes.flat(array)) {
            TensorBytes.read(flat, 0, buffer, type);
        }
        byte[] bytes = new byte[buffer.capacity()];
        buffer.get(bytes);
        return bytes;
    }

    /** Every float format is exact in fp64. */
    static double[] doubles(NDArray array) {
        ByteBuffer buffer =
                ByteBuffer.allocateDirect((int) array.size() * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (NDArray flat = TensorBytes.flat(array)) {
            TensorBytes.read(flat, 0, buffer, DataType.FLOAT64);
        }
        double[] numbers = new double[(int) array.size()];
        buffer.asDoubleBuffer().get(numbers);
        return numbers;
    }
}
