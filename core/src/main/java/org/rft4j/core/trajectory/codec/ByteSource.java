package org.rft4j.core.trajectory.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.InvalidInputException;

/** Reads what a {@link ByteSink} wrote. Nothing is allocated that the bytes at hand could not fill. */
final class ByteSource {
    private static final int LONGEST_VARINT = 10;

    private final ByteBuffer in;

    ByteSource(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
    }

    static InvalidInputException malformed(String what) {
        return new InvalidInputException(
                "encoded trajectory", what, "must be as it was written", "take an older copy: this one is damaged");
    }

    private void need(long bytes) {
        if (bytes < 0 || bytes > in.remaining()) {
            throw malformed("cut off");
        }
    }

    void requireEnd() {
        if (in.hasRemaining()) {
            throw malformed("followed by " + in.remaining() + " bytes");
        }
    }

    int oneByte() {
        need(1);
        return in.get() & 0xFF;
    }

    boolean flag() {
        int value = oneByte();
        if (value > 1) {
            throw malformed("a flag of " + value);
        }
        return value == 1;
    }

    long varint() {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            int next = oneByte();
            value |= (next & 0x7FL) << (7 * i);
            if (next < 0x80) {
                return value;
            }
        }
        throw malformed("a number without end");
    }

    int integer() {
        long value = varint();
        if (value != (int) value) {
            throw malformed("a number beyond 32 bits");
        }
        return (int) value;
    }

    /** How many items follow, each of which takes some bytes. */
    int count(int bytesEach) {
        long count = varint();
        if (count < 0 || count > in.remaining() / bytesEach) {
            throw malformed("a count of " + count + " before " + in.remaining() + " bytes");
        }
        return (int) count;
    }

    float bitsOfFloat() {
        need(Float.BYTES);
        return Float.intBitsToFloat(in.getInt());
    }

    double bitsOfDouble() {
        need(Double.BYTES);
        return Double.longBitsToDouble(in.getLong());
    }

    byte[] block() {
        byte[] bytes = new byte[count(1)];
        in.get(bytes);
        return bytes;
    }

    String text() {
        if (flag()) {
            char[] units = new char[count(Character.BYTES)];
            for (int i = 0; i < units.length; i++) {
                units[i] = in.getChar();
            }
            return new String(units);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(block()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("a text that is not UTF-8");
        }
    }

    <T> @Nullable T optional(Function<ByteSource, T> how) {
        return flag() ? how.apply(this) : null;
    }

    <T extends @Nullable Object> List<T> list(Function<ByteSource, T> how) {
        int count = count(1);
        List<T> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(how.apply(this));
        }
        return items;
    }

    <T extends @Nullable Object> Map<String, T> map(Function<ByteSource, T> how) {
        int count = count(2);
        Map<String, T> map = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            map.put(text(), how.apply(this));
        }
        return map;
    }

    <E extends Enum<E>> E constant(Class<E> type) {
        String name = text();
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        throw malformed("without a known " + type.getSimpleName());
    }
}
