package org.rft4j.core.checkpoint;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a GGUF file, versions 2 and 3, little-endian: values by key, then name, shape, type and place of each tensor.
 *
 * @param values the values by key
 * @param tensors the tensors in the file's order
 */
record GgufHeader(Map<String, JsonNode> values, Map<String, TensorTable.Placed> tensors) {
    static final int MAGIC = 0x46554747; // "GGUF", little-endian
    static final String ALIGNMENT = "general.alignment";

    private static final int MAX_VALUES = 1 << 16;
    private static final int MAX_TENSORS = 1 << 18;
    private static final int MAX_NAME_BYTES = 1 << 12;
    private static final int MAX_DIMENSIONS = 8;
    private static final int MAX_ALIGNMENT = 1 << 20;
    private static final String AGAIN = "download the file again";

    static GgufHeader read(MappedFile file) {
        GgufCursor cursor = new GgufCursor(file);
        int magic = cursor.integer("magic number");
        check(file, magic == MAGIC, "magic number", Integer.toHexString(magic), "must be that of GGUF");
        int version = cursor.integer("version");
        check(
                file,
                version != 0x03000000 && version != 0x02000000,
                "byte order",
                "big-endian",
                "must be little-endian");
        check(file, version == 2 || version == 3, "version", version, "must be 2 or 3");
        int tensorCount = (int) cursor.count("number of tensors", MAX_TENSORS);
        int valueCount = (int) cursor.count("number of values", MAX_VALUES);
        Map<String, JsonNode> values = new LinkedHashMap<>();
        for (int i = 0; i < valueCount; i++) {
            String key = cursor.string("key " + i, MAX_NAME_BYTES);
            check(file, values.put(key, cursor.value(key)) == null, "key " + key, "given twice", "must stand once");
        }
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < tensorCount; i++) {
            found.add(tensor(file, cursor, i));
        }
        return new GgufHeader(values, place(file, found, dataStart(file, values, cursor.position()), values));
    }

    private static Found tensor(MappedFile file, GgufCursor cursor, int number) {
        String name = cursor.string("name of tensor " + number, MAX_NAME_BYTES);
        int dimensions = cursor.integer("dimensions of tensor " + name);
        check(
                file,
                dimensions >= 0 && dimensions <= MAX_DIMENSIONS,
                "dimensions of tensor " + name,
                dimensions,
                "must be at most " + MAX_DIMENSIONS);
        long[] shape = new long[dimensions];
        for (int i = dimensions - 1; i >= 0; i--) { // GGUF names the dimension first whose numbers are neighbours
            shape[i] = cursor.count("shape of tensor " + name, Long.MAX_VALUE);
        }
        int id = cursor.integer("type of tensor " + name);
        StoredType type = StoredType.ofGguf(id)
                .orElseThrow(() -> new CheckpointException(
                        file.path(), "type of tensor " + name, id, "must be one that rft4j knows", AGAIN));
        long offset = cursor.count("offset of tensor " + name, Long.MAX_VALUE);
        return new Found(new TensorInfo(name, type, new Shape(shape), bytesOf(file, name, type, shape)), offset);
    }

    private static long bytesOf(MappedFile file, String name, StoredType type, long[] shape) {
        long row = shape.length == 0 ? 1 : shape[shape.length - 1];
        check(
                file,
                row % type.blockNumbers() == 0,
                "shape of tensor " + name,
                Arrays.toString(shape),
                "must have rows of whole blocks of " + type.blockNumbers());
        try {
            long bytes = Math.multiplyExact(row / type.blockNumbers(), (long) type.blockBytes());
            long nonZero = Math.max(row, 1);
            for (int i = 0; i < shape.length - 1; i++) {
                bytes = Math.multiplyExact(bytes, shape[i]);
                nonZero = Math.multiplyExact(nonZero, Math.max(shape[i], 1));
            }
            Math.multiplyExact(nonZero, Long.BYTES); // as much as it can take in memory
            return bytes;
        } catch (ArithmeticException e) {
            throw new CheckpointException(
                    file.path(),
                    "shape of tensor " + name,
                    Arrays.toString(shape),
                    "must be of less than 2^63 bytes",
                    AGAIN);
        }
    }

    private static long dataStart(MappedFile file, Map<String, JsonNode> values, long headerEnd) {
        long alignment = alignment(file, values);
        return (headerEnd + alignment - 1) / alignment * alignment;
    }

    private static long alignment(MappedFile file, Map<String, JsonNode> values) {
        JsonNode value = values.get(ALIGNMENT);
        if (value == null) {
            return 32;
        }
        long alignment = value.isIntegralNumber() ? value.asLong() : -1;
        check(
                file,
                alignment > 0 && alignment <= MAX_ALIGNMENT && Long.bitCount(alignment) == 1,
                ALIGNMENT,
                value.getNodeType() == com.fasterxml.jackson.databind.node.JsonNodeType.NUMBER ? value : "no number",
                "must be a power of two of at most " + MAX_ALIGNMENT);
        return alignment;
    }

    /** Tensors lie inside the file and apart; between them may be padding. */
    private static Map<String, TensorTable.Placed> place(
            MappedFile file, List<Found> found, long dataStart, Map<String, JsonNode> values) {
        long alignment = alignment(file, values);
        List<Found> inOrder = new ArrayList<>(found);
        inOrder.sort(Comparator.comparingLong(Found::offset).thenComparingLong(tensor -> tensor.info.bytes()));
        long end = 0;
        for (Found tensor : inOrder) {
            String what = "offset of tensor " + tensor.info.name();
            check(file, tensor.offset % alignment == 0, what, tensor.offset, "must be a multiple of " + alignment);
            check(file, tensor.offset >= end, what, tensor.offset, "must be at least " + end + ": it overlaps another");
            check(
                    file,
                    tensor.info.bytes() <= file.size() - dataStart - tensor.offset,
                    "end of tensor " + tensor.info.name(),
                    "byte " + tensor.offset + " + " + tensor.info.bytes(),
                    "must be within the " + (file.size() - dataStart) + " bytes after the header (is it cut off?)");
            end = tensor.offset + tensor.info.bytes();
        }
        Map<String, TensorTable.Placed> tensors = new LinkedHashMap<>();
        for (Found tensor : found) {
            TensorTable.Placed placed = new TensorTable.Placed(tensor.info, dataStart + tensor.offset);
            check(
                    file,
                    tensors.put(tensor.info.name(), placed) == null,
                    "tensor " + tensor.info.name(),
                    "given twice",
                    "must stand once");
        }
        return tensors;
    }

    private static void check(MappedFile file, boolean condition, String what, Object value, String rule) {
        CheckpointException.check(condition, file.path(), what, value, rule, AGAIN);
    }

    private record Found(TensorInfo info, long offset) {}
}
