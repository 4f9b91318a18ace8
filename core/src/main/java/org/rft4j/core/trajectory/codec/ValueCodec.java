package org.rft4j.core.trajectory.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.InvalidInputException;

/** Values as JSON has them, with the type that each number has in Java. */
final class ValueCodec {
    private static final int DEEPEST = 250;

    private static final int NULL = 0;
    private static final int FALSE = 1;
    private static final int TRUE = 2;
    private static final int TEXT = 3;
    private static final int LIST = 4;
    static final int MAP = 5;
    private static final int INTEGER = 6;
    private static final int LONG = 7;
    private static final int DOUBLE = 8;
    private static final int FLOAT = 9;
    private static final int SHORT = 10;
    private static final int BYTE = 11;
    private static final int BIG_INTEGER = 12;
    private static final int BIG_DECIMAL = 13;

    private ValueCodec() {}

    static void write(ByteSink out, @Nullable Object value) {
        write(out, value, 0);
    }

    private static void write(ByteSink out, @Nullable Object value, int depth) {
        if (depth > DEEPEST) {
            throw unwritable("nested deeper than " + DEEPEST);
        }
        if (value == null) {
            out.oneByte(NULL);
        } else if (value instanceof Boolean truth) {
            out.oneByte(truth ? TRUE : FALSE);
        } else if (value instanceof String text) {
            out.oneByte(TEXT);
            out.text(text);
        } else if (value instanceof List<?> list) {
            out.oneByte(LIST);
            out.list(list, (sink, item) -> write(sink, item, depth + 1));
        } else if (value instanceof Map<?, ?> map) {
            out.oneByte(MAP);
            out.varint(map.size());
            map.forEach((key, item) -> {
                out.text(String.valueOf(key));
                write(out, item, depth + 1);
            });
        } else {
            writeNumber(out, value);
        }
    }

    private static void writeNumber(ByteSink out, Object value) {
        if (value instanceof Integer number) {
            out.oneByte(INTEGER);
            out.varint(number);
        } else if (value instanceof Long number) {
            out.oneByte(LONG);
            out.varint(number);
        } else if (value instanceof Double number) {
            out.oneByte(DOUBLE);
            out.bits(number);
        } else if (value instanceof Float number) {
            out.oneByte(FLOAT);
            out.bits(number);
        } else if (value instanceof Short number) {
            out.oneByte(SHORT);
            out.varint(number);
        } else if (value instanceof Byte number) {
            out.oneByte(BYTE);
            out.varint(number);
        } else if (value instanceof BigInteger number) {
            out.oneByte(BIG_INTEGER);
            out.block(number.toByteArray());
        } else if (value instanceof BigDecimal number) {
            out.oneByte(BIG_DECIMAL);
            out.varint(number.scale());
            out.block(number.unscaledValue().toByteArray());
        } else {
            throw unwritable("a " + value.getClass().getName());
        }
    }

    static @Nullable Object read(ByteSource in) {
        return read(in, 0);
    }

    private static @Nullable Object read(ByteSource in, int depth) {
        if (depth > DEEPEST) {
            throw ByteSource.malformed("nested deeper than " + DEEPEST);
        }
        int tag = in.oneByte();
        return switch (tag) {
            case NULL -> null;
            case FALSE -> false;
            case TRUE -> true;
            case TEXT -> in.text();
            case LIST -> in.list(source -> read(source, depth + 1));
            case MAP -> in.map(source -> read(source, depth + 1));
            case INTEGER -> in.integer();
            case LONG -> in.varint();
            case DOUBLE -> in.bitsOfDouble();
            case FLOAT -> in.bitsOfFloat();
            case SHORT -> (short) in.varint();
            case BYTE -> (byte) in.varint();
            case BIG_INTEGER -> bigInteger(in);
            case BIG_DECIMAL -> {
                int scale = in.integer();
                yield new BigDecimal(bigInteger(in), scale);
            }
            default -> throw ByteSource.malformed("a value of kind " + tag);
        };
    }

    private static BigInteger bigInteger(ByteSource in) {
        byte[] bytes = in.block();
        if (bytes.length == 0) {
            throw ByteSource.malformed("a number without digits");
        }
        return new BigInteger(bytes);
    }

    private static InvalidInputException unwritable(String what) {
        return new InvalidInputException(
                "value in a task or message",
                what,
                "must be null, a boolean, number, string, list or map, at most " + DEEPEST + " deep",
                "write other values as text");
    }
}
