package org.rft4j.core.checkpoint;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file: 8 bytes of length, then JSON that says type, shape and place of each tensor. Every
 * rule of the format is checked here, before anything native sees a number of the file.
 *
 * @param metadata what stands under {@code __metadata__}
 * @param tensors the tensors in the header's order
 */
record SafetensorsHeader(Map<String, String> metadata, Map<String, TensorTable.Placed> tensors) {
    static final String METADATA = "__metadata__";
    static final int LENGTH_BYTES = 8;
    /** The reference implementation's limit. */
    static final long MAX_BYTES = 100_000_000;

    private static final int MAX_DIMENSIONS = 16;
    private static final String AGAIN = "write or download the file again";

    static SafetensorsHeader read(MappedFile file) {
        CheckpointException.check(
                file.size() >= LENGTH_BYTES, file.path(), "size", file.size(), "must be at least 8 bytes", AGAIN);
        long length = file.copy(0, LENGTH_BYTES).getLong();
        CheckpointException.check(
                length >= 0 && length <= MAX_BYTES,
                file.path(),
                "header length",
                Long.toUnsignedString(length),
                "must be at most " + MAX_BYTES,
                "is it a safetensors file? " + AGAIN);
        CheckpointException.check(
                length <= file.size() - LENGTH_BYTES,
                file.path(),
                "header length",
                length,
                "must fit the file's " + file.size() + " bytes",
                "it is cut off: " + AGAIN);
        Parser parser = new Parser(file, LENGTH_BYTES + length);
        StrictJson.read(file.path(), "header", new FileBytes(file, LENGTH_BYTES, LENGTH_BYTES + length), parser::read);
        parser.checkLayout();
        return new SafetensorsHeader(parser.metadata, parser.tensors);
    }

    private static final class Parser {
        private final MappedFile file;
        private final long dataStart;
        private Map<String, String> metadata = Map.of();
        private final Map<String, TensorTable.Placed> tensors = new LinkedHashMap<>();

        Parser(MappedFile file, long dataStart) {
            this.file = file;
            this.dataStart = dataStart;
        }

        void read(StrictJson json) throws IOException {
            json.object("content", name -> {
                if (name.equals(METADATA)) {
                    metadata = json.strings(METADATA);
                } else {
                    tensors.put(name, tensor(name, json));
                }
            });
        }

        private TensorTable.Placed tensor(String name, StrictJson json) throws IOException {
            Entry entry = new Entry();
            json.object("tensor " + name, key -> {
                switch (key) {
                    case "dtype" -> entry.type = json.string("dtype of tensor " + name);
                    case "shape" -> entry.shape = json.sizes("shape of tensor " + name, MAX_DIMENSIONS);
                    case "data_offsets" -> entry.offsets = json.sizes("data_offsets of tensor " + name, 2);
                    default -> json.skip();
                }
            });
            long[] offsets = given(entry.offsets, "data_offsets of tensor ", name);
            check(
                    offsets.length == 2,
                    "data_offsets of tensor ",
                    name,
                    Arrays.toString(offsets),
                    "must be begin and end");
            return placed(
                    name,
                    given(entry.type, "dtype of tensor ", name),
                    given(entry.shape, "shape of tensor ", name),
                    offsets);
        }

        private TensorTable.Placed placed(String name, String typeName, long[] shape, long[] offsets) {
            StoredType type = StoredType.ofSafetensors(typeName)
                    .orElseThrow(() -> new CheckpointException(
                            file.path(), "dtype of tensor " + name, typeName, "must be a type of the format", AGAIN));
            long bytes = bytesOf(shape, type.blockBytes());
            String place = Arrays.toString(offsets);
            check(bytes >= 0, "shape of tensor ", name, Arrays.toString(shape), "must be of less than 2^63 bytes");
            check(offsets[0] <= offsets[1], "data_offsets of tensor ", name, place, "must not end before they begin");
            check(
                    offsets[1] - offsets[0] == bytes,
                    "data_offsets of tensor ",
                    name,
                    place,
                    "must span the " + bytes + " bytes of " + type + " " + Arrays.toString(shape));
            check(
                    offsets[1] <= file.size() - dataStart,
                    "data_offsets of tensor ",
                    name,
                    place,
                    "must end within the " + (file.size() - dataStart) + " bytes after the header (is it cut off?)");
            return new TensorTable.Placed(new TensorInfo(name, type, new Shape(shape), bytes), dataStart + offsets[0]);
        }

        /** Tensors lie one after the other: no byte belongs to two of them or to none. */
        void checkLayout() {
            List<TensorTable.Placed> inOrder = new ArrayList<>(tensors.values());
            inOrder.sort(Comparator.comparingLong(TensorTable.Placed::begin)
                    .thenComparingLong(tensor -> tensor.info().bytes()));
            long end = dataStart;
            String before = "the header";
            for (TensorTable.Placed tensor : inOrder) {
                String what = tensor.begin() < end ? "an overlap" : "a gap";
                check(
                        tensor.begin() == end,
                        "begin of tensor ",
                        tensor.info().name(),
                        tensor.begin() - dataStart,
                        "must be " + (end - dataStart) + ", where " + before + " ends: there is " + what);
                end += tensor.info().bytes();
                before = "tensor " + tensor.info().name();
            }
            CheckpointException.check(
                    end == file.size(),
                    file.path(),
                    "size",
                    file.size(),
                    "must be " + end + ", where " + before + " ends",
                    AGAIN);
        }

        private <T> T given(@Nullable T value, String what, String tensor) {
            if (value == null) {
                throw new CheckpointException(file.path(), what + tensor, "missing", "must be given", AGAIN);
            }
            return value;
        }

        private void check(boolean condition, String what, String tensor, Object value, String rule) {
            CheckpointException.check(condition, file.path(), what + tensor, value, rule, AGAIN);
        }
    }

    /** The bytes of an array; negative if there are 2^63 or more, also where another dimension is 0. */
    private static long bytesOf(long[] shape, int numberBytes) {
        try {
            long bytes = numberBytes;
            boolean empty = false;
            for (long size : shape) {
                empty |= size == 0;
                bytes = Math.multiplyExact(bytes, Math.max(size, 1));
            }
            return empty ? 0 : bytes;
        } catch (ArithmeticException e) {
            return -1;
        }
    }

    private static final class Entry {
        private @Nullable String type;
        private long @Nullable [] shape;
        private long @Nullable [] offsets;
    }
}
