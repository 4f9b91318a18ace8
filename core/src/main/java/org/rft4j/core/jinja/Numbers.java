package org.rft4j.core.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Conversions between Python's numbers and from text. */
final class Numbers {
    private static final int LONG_BITS = 63;

    private Numbers() {}

    /** The smallest representation of an integer. */
    static Object normal(BigInteger value) {
        return value.bitLength() <= LONG_BITS ? (Object) value.longValueExact() : value;
    }

    static BigInteger big(Object number) {
        return number instanceof BigInteger big ? big : BigInteger.valueOf(Values.integer(number));
    }

    static double real(Object number) {
        if (number instanceof Double real) {
            return real;
        }
        if (number instanceof BigInteger big) {
            double real = big.doubleValue();
            if (Double.isInfinite(real)) {
                throw JinjaError.runtime("int too large to convert to float");
            }
            return real;
        }
        return Values.integer(number);
    }

    /** The int of a float, towards zero. */
    static Object truncate(double value) {
        if (!Double.isFinite(value)) {
            throw JinjaError.runtime(
                    "cannot convert float " + (Double.isNaN(value) ? "NaN" : "infinity") + " to integer");
        }
        return normal(new BigDecimal(value).toBigInteger());
    }

    /** The whole number next to a float. */
    static Object whole(double value, RoundingMode mode) {
        truncate(value);
        return normal(new BigDecimal(value).setScale(0, mode).toBigInteger());
    }

    /** Reads what {@code int(text, base)} reads; null where Python raises. */
    static @Nullable Object parseInt(String text, int base) {
        String digits = Text.strip(text, Text::isSpace);
        boolean negative = digits.startsWith("-");
        if (negative || digits.startsWith("+")) {
            digits = digits.substring(1);
        }
        int radix = base;
        for (int known : new int[] {2, 8, 16}) {
            String prefix = known == 2 ? "0b" : known == 8 ? "0o" : "0x";
            if ((base == known || base == 0) && digits.regionMatches(true, 0, prefix, 0, 2)) {
                digits = digits.substring(2).startsWith("_") ? digits.substring(3) : digits.substring(2);
                radix = known;
            }
        }
        boolean grouped = !digits.startsWith("_") && !digits.endsWith("_") && !digits.contains("__");
        digits = digits.replace("_", "");
        boolean sign = digits.startsWith("-") || digits.startsWith("+");
        if (!grouped || sign || digits.isEmpty() || digits.length() > 4300 || radix == 1 || radix > 36 || radix < 0) {
            return null;
        }
        try {
            BigInteger value = new BigInteger(digits, radix == 0 ? 10 : radix);
            return normal(negative ? value.negate() : value);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Reads what {@code float(text)} reads; null where Python raises. */
    static @Nullable Double parseFloat(String text) {
        String number = Text.strip(text, Text::isSpace).toLowerCase(java.util.Locale.ROOT);
        String unsigned = number.startsWith("-") || number.startsWith("+") ? number.substring(1) : number;
        double sign = number.startsWith("-") ? -1 : 1;
        if (unsigned.equals("inf") || unsigned.equals("infinity")) {
            return sign * Double.POSITIVE_INFINITY;
        }
        if (unsigned.equals("nan")) {
            return Double.NaN;
        }
        boolean plain = !unsigned.isEmpty() && unsigned.chars().allMatch(c -> "0123456789.e+-_".indexOf(c) >= 0);
        boolean grouped = !unsigned.startsWith("_") && !unsigned.endsWith("_") && !unsigned.contains("__");
        try {
            return plain && grouped ? (Double) (sign * Double.parseDouble(unsigned.replace("_", ""))) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Python's {@code round(value, digits)}: half to even, on the exact value. */
    static Object round(Object value, long digits) {
        if (!Types.isNumber(value)) {
            throw JinjaError.runtime("type " + Types.name(value) + " doesn't define __round__ method");
        }
        int scale = (int) Math.max(-400, Math.min(400, digits));
        if (value instanceof Double real) {
            if (!Double.isFinite(real) || scale == 400) {
                return real;
            }
            double rounded =
                    new BigDecimal(real).setScale(scale, RoundingMode.HALF_EVEN).doubleValue();
            return Math.copySign(rounded, real);
        }
        if (scale >= 0) {
            return value instanceof Boolean ? (Object) Values.integer(value) : value;
        }
        BigDecimal rounded = new BigDecimal(big(value)).setScale(scale, RoundingMode.HALF_EVEN);
        return normal(rounded.toBigInteger());
    }
}
