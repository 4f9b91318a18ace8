package org.rft4j.core.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** GGUF files made by hand. */
final class GgufBytes {
    private static final int ALIGNMENT = 32;

    private GgufBytes() {}

    /** A file with further values in front of its own: whole numbers, floats, booleans and texts. */
    static byte[] withValues(byte[] file, Map<String, Object> values) {
        ByteBuffer more = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach((key, value) -> put(more, key, value));
        int filler = 8 + "test.filler".length() + 4 + 8;
        put(more, "test.filler", " ".repeat(ALIGNMENT - (more.position() + filler) % ALIGNMENT));
        ByteBuffer old = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        return ByteBuffer.allocate(file.length + more.position())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(file, 0, 16)
                .putLong(old.getLong(16) + values.size() + 1)
                .put(more.flip())
                .put(file, 24, file.length - 24)
                .array();
    }

    private static void put(ByteBuffer out, String key, Object value) {
        putText(out, key);
        if (value instanceof Integer number) {
            out.putInt(4).putInt(number);
        } else if (value instanceof Float number) {
            out.putInt(6).putFloat(number);
        } else if (value instanceof Boolean flag) {
            out.putInt(7).put((byte) (flag ? 1 : 0));
        } else {
            putText(out.putInt(8), value.toString());
        }
    }

    private static void putText(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putLong(bytes.length).put(bytes);
    }

    /** A file of one row of numbers. */
    static byte[] oneTensor(String name, int type, byte[] data, long numbers) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        int header = 24 + 8 + text.length + 4 + 8 + 4 + 8;
        int start = (header + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer out = ByteBuffer.allocate(start + data.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put("GGUF".getBytes(StandardCharsets.UTF_8)).putInt(3).putLong(1).putLong(0);
        out.putLong(text.length)
                .put(text)
                .putInt(1)
                .putLong(numbers)
                .putInt(type)
                .putLong(0);
        return out.position(start).put(data).array();
    }
}
