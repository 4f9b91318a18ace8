package org.rft4j.core.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Python's texts of floating point numbers. */
final class Floats {
    /** Digits that always identify a double. */
    private static final int MOST_DIGITS = 17;

    private static final int LARGEST_PLAIN_EXPONENT = 16;
    private static final int SMALLEST_PLAIN_EXPONENT = -4;

    private Floats() {}

    /** The shortest text that reads back as the same number. */
    static String repr(double value) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal shortest = exact;
        for (int digits = 1; digits <= MOST_DIGITS; digits++) {
            shortest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (shortest.doubleValue() == value) {
                break;
            }
        }
        BigDecimal stripped = shortest.stripTrailingZeros();
        int exponent = stripped.precision() - stripped.scale() - 1;
        if (exponent < SMALLEST_PLAIN_EXPONENT || exponent >= LARGEST_PLAIN_EXPONENT) {
            return scientific(stripped, stripped.precision() - 1, 'e');
        }
        String plain = stripped.toPlainString();
        return plain.contains(".") ? plain : plain + ".0";
    }

    /** Digits with an exponent, as many after the point as asked. */
    static String scientific(BigDecimal value, int decimals, char e) {
        BigDecimal rounded =
                value.signum() == 0 ? value : value.round(new MathContext(decimals + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        String digits = rounded.movePointLeft(exponent)
                .setScale(decimals, RoundingMode.HALF_EVEN)
                .toPlainString();
        int size = Math.abs(exponent);
        return digits + e + (exponent < 0 ? '-' : '+') + (size < 10 ? "0" : "") + size;
    }

    static String fixed(BigDecimal value, int decimals) {
        return value.setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    }

    /** C's %g: whichever form is shorter, without trailing zeros unless they are asked for. */
    static String general(BigDecimal value, int precision, char e, boolean keepZeros) {
        int digits = Math.max(1, precision);
        BigDecimal rounded = value.round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        if (exponent < SMALLEST_PLAIN_EXPONENT || exponent >= digits) {
            String text = scientific(rounded, digits - 1, e);
            int at = text.indexOf(e);
            return (keepZeros ? text.substring(0, at) : withoutZeros(text.substring(0, at))) + text.substring(at);
        }
        String text = fixed(rounded, Math.max(0, digits - 1 - exponent));
        return keepZeros ? text : withoutZeros(text);
    }

    private static String withoutZeros(String digits) {
        if (!digits.contains(".")) {
            return digits;
        }
        String trimmed = Text.stripRight(digits, c -> c == '0');
        return trimmed.endsWith(".") ? trimmed.substring(0, trimmed.length() - 1) : trimmed;
    }
}
