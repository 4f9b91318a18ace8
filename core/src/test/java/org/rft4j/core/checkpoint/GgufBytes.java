package org.rft4j.core.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** GGUF files made by hand. */
final class GgufBytes {
    private static final int ALIGNMENT = 32;

    private GgufBytes() {}

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
