package org.rft4j.core.trajectory.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes numbers, texts and collections one after the other. {@link ByteSource} reads them. */
final class ByteSink {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] bytes() {
        return out.toByteArray();
    }

    void oneByte(int value) {
        out.write(value);
    }

    void flag(boolean value) {
        oneByte(value ? 1 : 0);
    }

    /** Seven bits at a time, the lowest first; small numbers are short, negative ones long. */
    void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            oneByte((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        oneByte((int) rest);
    }

    void bits(float value) {
        fixed(Float.floatToRawIntBits(value), Float.BYTES);
    }

    void bits(double value) {
        fixed(Double.doubleToRawLongBits(value), Double.BYTES);
    }

    private void fixed(long value, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            oneByte((int) (value >>> (8 * i)));
        }
    }

    void block(byte[] bytes) {
        varint(bytes.length);
        out.writeBytes(bytes);
    }

    /** UTF-8, or UTF-16 for texts with half a surrogate pair, which UTF-8 cannot say. */
    void text(String text) {
        boolean paired = StandardCharsets.UTF_8.newEncoder().canEncode(text);
        flag(!paired);
        if (paired) {
            block(text.getBytes(StandardCharsets.UTF_8));
        } else {
            varint(text.length());
            text.chars().forEach(unit -> fixed(unit, Character.BYTES));
        }
    }

    <T> void optional(@Nullable T value, BiConsumer<ByteSink, T> how) {
        flag(value != null);
        if (value != null) {
            how.accept(this, value);
        }
    }

    <T> void list(Collection<T> items, BiConsumer<ByteSink, T> how) {
        varint(items.size());
        items.forEach(item -> how.accept(this, item));
    }

    <T extends @Nullable Object> void map(Map<String, T> map, BiConsumer<ByteSink, T> how) {
        varint(map.size());
        map.forEach((key, value) -> {
            text(key);
            how.accept(this, value);
        });
    }
}
