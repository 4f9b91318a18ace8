package org.rft4j.core.report;

import java.util.Locale;

/** Numbers as people read them: four significant digits, and the shortest unit of time that says enough. */
final class Numbers {
    private static final double LARGE = 1e7;
    private static final double GROUPED = 1000;
    private static final double SMALL = 1e-4;
    private static final int DIGITS_BEHIND_FIRST = 3;

    private Numbers() {}

    static String of(double value) {
        double size = Math.abs(value);
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (size == 0) {
            return "0";
        }
        if (size >= LARGE || size < SMALL) {
            return scientific(value);
        }
        if (size >= GROUPED) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        int decimals = DIGITS_BEHIND_FIRST - (int) Math.floor(Math.log10(size));
        return withoutTrailingZeros(String.format(Locale.ROOT, "%." + decimals + "f", value));
    }

    static String of(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** {@code 1.5e-5}: without the zeros that Java writes. */
    private static String scientific(double value) {
        String text = String.format(Locale.ROOT, "%.2e", value);
        int e = text.indexOf('e');
        return withoutTrailingZeros(text.substring(0, e)) + "e" + Integer.parseInt(text.substring(e + 1));
    }

    private static String withoutTrailingZeros(String text) {
        return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
    }

    /** {@code 4.2 s}, {@code 3:05}, {@code 1:02:03}. */
    static String duration(double seconds) {
        if (!Double.isFinite(seconds)) {
            return "?";
        }
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        long minutes = whole / 60;
        return minutes < 60
                ? String.format(Locale.ROOT, "%d:%02d", minutes, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", minutes / 60, minutes % 60, whole % 60);
    }

    static String count(long count, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
    }
}
