package org.rft4j.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.data.rows.DataException;
import org.rft4j.core.data.rows.RowProblem;

/** Values that hold no others, by what their column stands for. */
final class ScalarConverter extends PrimitiveConverter {
    private static final LongFunction<Object> SIGNED = Long::valueOf;

    private final Converters.Sink sink;
    private final LongFunction<Object> numbers;
    private final Function<byte[], Object> bytes;

    private ScalarConverter(Converters.Sink sink, LongFunction<Object> numbers, Function<byte[], Object> bytes) {
        this.sink = sink;
        this.numbers = numbers;
        this.bytes = bytes;
    }

    static ScalarConverter of(String file, String path, PrimitiveType type, Converters.Sink sink) {
        LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
        if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
            throw new DataException(
                    new RowProblem(file, 0, 0, path, "of type INT96", "must be of a type that Parquet still has"),
                    "write it again with timestamps in microseconds");
        }
        boolean wide = type.getPrimitiveTypeName() == PrimitiveTypeName.INT64;
        return new ScalarConverter(sink, numbers(meaning, wide), bytes(meaning));
    }

    private static LongFunction<Object> numbers(@Nullable LogicalTypeAnnotation meaning, boolean wide) {
        if (meaning instanceof IntLogicalTypeAnnotation whole && !whole.isSigned()) {
            long mask = (1L << whole.getBitWidth()) - 1;
            return wide ? ScalarConverter::unsigned : value -> value & mask;
        }
        if (meaning instanceof DecimalLogicalTypeAnnotation decimal) {
            return value -> BigDecimal.valueOf(value, decimal.getScale());
        }
        if (meaning instanceof DateLogicalTypeAnnotation) {
            return value -> LocalDate.ofEpochDay(value).toString();
        }
        if (meaning instanceof TimeLogicalTypeAnnotation time) {
            return value -> LocalTime.MIDNIGHT.plus(value, unit(time.getUnit())).toString();
        }
        if (meaning instanceof TimestampLogicalTypeAnnotation time) {
            return time.isAdjustedToUTC()
                    ? value -> Instant.EPOCH.plus(value, unit(time.getUnit())).toString()
                    : value -> LocalDateTime.ofInstant(Instant.EPOCH.plus(value, unit(time.getUnit())), ZoneOffset.UTC)
                            .toString();
        }
        return SIGNED;
    }

    private static Object unsigned(long value) {
        return value >= 0 ? (Object) value : new BigInteger(Long.toUnsignedString(value));
    }

    private static ChronoUnit unit(LogicalTypeAnnotation.TimeUnit unit) {
        return ChronoUnit.valueOf(unit.name());
    }

    private static Function<byte[], Object> bytes(@Nullable LogicalTypeAnnotation meaning) {
        if (meaning instanceof StringLogicalTypeAnnotation
                || meaning instanceof EnumLogicalTypeAnnotation
                || meaning instanceof JsonLogicalTypeAnnotation) {
            return ScalarConverter::text;
        }
        if (meaning instanceof DecimalLogicalTypeAnnotation decimal) {
            return value -> new BigDecimal(new BigInteger(value), decimal.getScale());
        }
        if (meaning instanceof Float16LogicalTypeAnnotation) {
            return value ->
                    half(ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getShort());
        }
        if (meaning instanceof UUIDLogicalTypeAnnotation) {
            return value -> {
                ByteBuffer bits = ByteBuffer.wrap(value).order(ByteOrder.BIG_ENDIAN);
                return new UUID(bits.getLong(), bits.getLong()).toString();
            };
        }
        return value -> Base64.getEncoder().encodeToString(value);
    }

    /** A number of 16 bits: sign, 5 bits of exponent, 10 of fraction. */
    private static double half(short bits) {
        int exponent = bits >> 10 & 0x1F;
        int fraction = bits & 0x3FF;
        double size = exponent == 0x1F
                ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                : exponent == 0 ? Math.scalb(fraction, -24) : Math.scalb(0x400 | fraction, exponent - 25);
        return bits < 0 ? -size : size;
    }

    private static Object text(byte[] value) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a string that is not UTF-8", e);
        }
    }

    @Override
    public void addBoolean(boolean value) {
        sink.accept(value);
    }

    @Override
    public void addInt(int value) {
        sink.accept(numbers.apply(value));
    }

    @Override
    public void addLong(long value) {
        sink.accept(numbers.apply(value));
    }

    @Override
    public void addFloat(float value) {
        sink.accept((double) value);
    }

    @Override
    public void addDouble(double value) {
        sink.accept(value);
    }

    @Override
    public void addBinary(Binary value) {
        sink.accept(bytes.apply(value.getBytes()));
    }
}
