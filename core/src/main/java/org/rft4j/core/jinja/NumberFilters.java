package org.rft4j.core.jinja;

import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Filters that make numbers, and text of numbers. */
final class NumberFilters {
    private static final List<String> DECIMAL = List.of("kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB");
    private static final List<String> BINARY = List.of("KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB");

    private NumberFilters() {}

    static void register(Map<String, Filter> filters) {
        Filters.put(filters, "abs", List.of(), (run, v, a) -> absolute(v));
        Filters.put(filters, "int", List.of("default", "base"), (run, v, a) -> {
            Object integer = integer(v, (int) Values.integer(a.get(1, "base", 10L)));
            return integer == null ? a.get(0, "default", 0L) : integer;
        });
        Filters.put(filters, "float", List.of("default"), (run, v, a) -> {
            Object real = real(v);
            return real == null ? a.get(0, "default", 0.0) : real;
        });
        Filters.put(filters, "round", List.of("precision", "method"), (run, v, a) -> round(v, a, run.budget()));
        Filters.put(filters, "filesizeformat", List.of("binary"), (run, v, a) -> fileSize(v, a.flag(0, "binary")));
    }

    private static Object absolute(Object value) {
        if (!Types.isNumber(value)) {
            throw JinjaError.runtime("bad operand type for abs(): " + Repr.quote(Types.name(value)));
        }
        return value instanceof Double real
                ? (Object) Math.abs(real)
                : Numbers.normal(Numbers.big(value).abs());
    }

    private static @Nullable Object integer(Object value, int base) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (value instanceof CharSequence text) {
            Object parsed = Numbers.parseInt(text.toString(), base);
            Double real = parsed == null ? Numbers.parseFloat(text.toString()) : null;
            return parsed != null ? parsed : real != null && Double.isFinite(real) ? Numbers.truncate(real) : null;
        }
        if (value instanceof Double real) {
            return real.isNaN() ? null : Numbers.truncate(real);
        }
        return Types.isNumber(value) ? Numbers.normal(Numbers.big(value)) : null;
    }

    private static @Nullable Object real(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (value instanceof CharSequence text) {
            return Numbers.parseFloat(text.toString());
        }
        return Types.isNumber(value) ? (Object) Numbers.real(value) : null;
    }

    private static Object round(Object value, Arguments arguments, Budget budget) {
        long precision = Values.integer(arguments.get(0, "precision", 0L));
        Object method = arguments.get(1, "method", "common");
        if (method.equals("common")) {
            return Numbers.round(value, precision);
        }
        if (!method.equals("ceil") && !method.equals("floor")) {
            throw JinjaError.runtime("method must be common, ceil or floor");
        }
        Object scale = Arithmetic.power(10L, precision);
        Object scaled = Arithmetic.multiply(value, scale, budget);
        if (!Types.isNumber(scaled)) {
            throw JinjaError.runtime("must be real number, not " + Types.name(scaled));
        }
        RoundingMode mode = method.equals("ceil") ? RoundingMode.CEILING : RoundingMode.FLOOR;
        Object whole = scaled instanceof Double real ? Numbers.whole(real, mode) : scaled;
        return Arithmetic.divide(whole, scale);
    }

    private static String fileSize(Object value, boolean binary) {
        Object real = real(value);
        if (real == null) {
            throw JinjaError.runtime(
                    value instanceof CharSequence text
                            ? "could not convert string to float: " + Repr.quote(text.toString())
                            : "float() argument must be a string or a real number, not "
                                    + Repr.quote(Types.name(value)));
        }
        double bytes = Numbers.real(real);
        int base = binary ? 1024 : 1000;
        if (bytes == 1) {
            return "1 Byte";
        }
        if (bytes < base) {
            return Repr.short_(Numbers.truncate(bytes)) + " Bytes";
        }
        List<String> units = binary ? BINARY : DECIMAL;
        int index = 0;
        while (index < units.size() - 1 && bytes >= Math.pow(base, index + 2)) {
            index++;
        }
        double shown = base * bytes / Math.pow(base, index + 2);
        return Floats.fixed(new java.math.BigDecimal(shown), 1) + " " + units.get(index);
    }
}
