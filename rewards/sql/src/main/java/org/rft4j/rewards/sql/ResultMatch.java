package org.rft4j.rewards.sql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Compares results: rows as a bag unless their order was asked for, columns in order, numbers with a little tolerance. */
final class ResultMatch {
    private static final double TOLERANCE = 1e-9;

    private ResultMatch() {}

    static boolean same(List<List<@Nullable Object>> expected, List<List<@Nullable Object>> given, boolean ordered) {
        if (expected.size() != given.size()) {
            return false;
        }
        if (ordered) {
            for (int i = 0; i < expected.size(); i++) {
                if (!sameRow(expected.get(i), given.get(i))) {
                    return false;
                }
            }
            return true;
        }
        List<List<@Nullable Object>> one = sorted(expected);
        List<List<@Nullable Object>> other = sorted(given);
        return same(one, other, true);
    }

    /** Sorted by numbers rounded far above the tolerance, then by text: equal bags come out equal but for numbers at a rounding edge. */
    private static List<List<@Nullable Object>> sorted(List<List<@Nullable Object>> rows) {
        List<List<@Nullable Object>> copy = new ArrayList<>(rows);
        copy.sort((a, b) -> key(a).compareTo(key(b)));
        return copy;
    }

    private static String key(List<@Nullable Object> row) {
        StringBuilder key = new StringBuilder();
        for (Object value : row) {
            key.append(
                            value instanceof Number number
                                    ? String.format(Locale.ROOT, "%.6e", number.doubleValue())
                                    : value)
                    .append('\u0001');
        }
        return key.toString();
    }

    private static boolean sameRow(List<@Nullable Object> one, List<@Nullable Object> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!sameValue(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameValue(@Nullable Object one, @Nullable Object other) {
        if (one instanceof Number a && other instanceof Number b) {
            double scale = Math.max(1, Math.abs(a.doubleValue()));
            if (isWhole(a) && isWhole(b)) {
                return new BigDecimal(a.toString()).compareTo(new BigDecimal(b.toString())) == 0;
            }
            return a.equals(b) || Math.abs(a.doubleValue() - b.doubleValue()) <= TOLERANCE * scale;
        }
        return one == null ? other == null : one.equals(other);
    }

    private static boolean isWhole(Number number) {
        return number instanceof Integer || number instanceof Long || number instanceof BigInteger;
    }
}
