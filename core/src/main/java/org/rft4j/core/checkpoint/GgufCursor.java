package org.rft4j.core.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads a GGUF header from its start to its end, never past the file, and never more than its limits allow. */
final class GgufCursor {
    private static final int MAX_STRING_BYTES = 8 << 20;
    /** In all arrays together: vocabularies of a million pieces with scores, types and merges. */
    private static final int MAX_ARRAY_ENTRIES = 4 << 20;

    private static final int MAX_ARRAY_DEPTH = 4;
    private static final int BUFFERED = 1 << 20;
    private static final int ARRAY = 9;
    private static final int[] BYTES_OF_VALUE = {1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8};

    private final MappedFile file;
    private long bufferStart;
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int arrayEntries;

    GgufCursor(MappedFile file) {
        this.file = file;
    }

    long position() {
        return bufferStart + buffer.position();
    }

    long remaining() {
        return file.size() - position();
    }

    int integer(String what) {
        return need(what, Integer.BYTES).getInt();
    }

    long longInteger(String what) {
        return need(what, Long.BYTES).getLong();
    }

    /** An unsigned number that a Java long can hold and that is at most as large as the limit. */
    long count(String what, long limit) {
        long count = longInteger(what);
        check(count >= 0 && count <= limit, what, Long.toUnsignedString(count), "must be at most " + limit);
        return count;
    }

    String string(String what, int maxBytes) {
        int length = (int) count("length of " + what, Math.min(maxBytes, Math.max(0, remaining() - Long.BYTES)));
        byte[] bytes = new byte[length];
        need(what, length).get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    JsonNode value(String what) {
        return value(what, integer("type of " + what), 0);
    }

    private JsonNode value(String what, int type, int depth) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (type) {
            case 0 -> json.numberNode(need(what, 1).get() & 0xFF);
            case 1 -> json.numberNode(need(what, 1).get());
            case 2 -> json.numberNode(need(what, 2).getShort() & 0xFFFF);
            case 3 -> json.numberNode(need(what, 2).getShort());
            case 4 -> json.numberNode(integer(what) & 0xFFFFFFFFL);
            case 5 -> json.numberNode(integer(what));
            case 6 -> json.numberNode(need(what, Float.BYTES).getFloat());
            case 7 -> json.booleanNode(truth(what));
            case 8 -> json.textNode(string(what, MAX_STRING_BYTES));
            case ARRAY -> array(what, depth);
            case 10 -> unsigned(longInteger(what));
            case 11 -> json.numberNode(longInteger(what));
            case 12 -> json.numberNode(need(what, Double.BYTES).getDouble());
            default ->
                throw new CheckpointException(
                        file.path(), "type of " + what, type, "must be from 0 to 12", "download the file again");
        };
    }

    private ArrayNode array(String what, int depth) {
        check(depth < MAX_ARRAY_DEPTH, "nesting of " + what, depth, "must be less than " + MAX_ARRAY_DEPTH);
        int type = integer("type of the entries of " + what);
        check(type >= 0 && type < BYTES_OF_VALUE.length, "type of " + what, type, "must be from 0 to 12");
        long room = Math.max(0, remaining() - Long.BYTES) / BYTES_OF_VALUE[type];
        int count = (int) count("length of " + what, Math.min(room, MAX_ARRAY_ENTRIES - arrayEntries));
        arrayEntries += count;
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < count; i++) {
            array.add(value(what, type, depth + 1));
        }
        return array;
    }

    private boolean truth(String what) {
        int value = need(what, 1).get();
        check(value == 0 || value == 1, what, value, "must be 0 or 1");
        return value == 1;
    }

    private static JsonNode unsigned(long bits) {
        return bits >= 0
                ? JsonNodeFactory.instance.numberNode(bits)
                : JsonNodeFactory.instance.numberNode(new BigInteger(Long.toUnsignedString(bits)));
    }

    private ByteBuffer need(String what, int bytes) {
        if (buffer.remaining() < bytes) {
            check(bytes <= remaining(), "end of file", file.size(), "must come after " + what);
            bufferStart = position();
            buffer = file.copy(bufferStart, (int) Math.min(Math.max(BUFFERED, bytes), file.size() - bufferStart));
        }
        return buffer;
    }

    private void check(boolean condition, String what, Object value, String rule) {
        CheckpointException.check(condition, file.path(), what, value, rule, "download the file again");
    }
}
