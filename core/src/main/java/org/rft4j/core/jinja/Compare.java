package org.rft4j.core.jinja;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Python's equality and order. */
final class Compare {
    private Compare() {}

    static boolean equal(Object a, Object b, Budget budget) {
        if (Types.isNumber(a) && Types.isNumber(b)) {
            return equalNumbers(a, b);
        }
        if (a instanceof CharSequence && b instanceof CharSequence) {
            return a.toString().contentEquals(b.toString());
        }
        if (a instanceof Undefined) {
            return b instanceof Undefined;
        }
        budget.enter();
        try {
            if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
                return equalDicts(x, Dict.of(y), budget);
            }
            List<Object> x = items(a);
            List<Object> y = items(b);
            boolean sameKind = a instanceof Tuple == b instanceof Tuple;
            return (x != null && y != null && sameKind) ? equalItems(x, y, budget) : a.equals(b);
        } finally {
            budget.leave();
        }
    }

    private static boolean equalNumbers(Object a, Object b) {
        if (a instanceof Long && b instanceof Long) {
            return a.equals(b);
        }
        boolean nan = (a instanceof Double x && x.isNaN()) || (b instanceof Double y && y.isNaN());
        return !nan && compareNumbers(a, b) == 0;
    }

    private static boolean equalItems(List<Object> a, List<Object> b, Budget budget) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (a.get(i) != b.get(i) && !equal(a.get(i), b.get(i), budget)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equalDicts(Map<?, ?> a, Dict b, Budget budget) {
        if (a.size() != b.values().size()) {
            return false;
        }
        for (Map.Entry<?, ?> entry : a.entrySet()) {
            Object other = b.get(entry.getKey());
            if (other == null || !equal(entry.getValue(), other, budget)) {
                return false;
            }
        }
        return true;
    }

    @SuppressWarnings("unchecked")
    private static @Nullable List<Object> items(Object value) {
        return value instanceof Tuple tuple
                ? tuple.items()
                : value instanceof List<?> list ? (List<Object>) list : null;
    }

    /** Less, less or equal, and so on. */
    static boolean order(String operator, Object a, Object b, Budget budget) {
        boolean nan = (a instanceof Double x && x.isNaN()) || (b instanceof Double y && y.isNaN());
        if (nan && Types.isNumber(a) && Types.isNumber(b)) {
            return false;
        }
        int order = compare(operator, a, b, budget);
        return switch (operator) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    static boolean less(Object a, Object b, Budget budget) {
        return order("<", a, b, budget);
    }

    private static int compare(String operator, Object a, Object b, Budget budget) {
        if (Types.isNumber(a) && Types.isNumber(b)) {
            return compareNumbers(a, b);
        }
        if (a instanceof CharSequence && b instanceof CharSequence) {
            return Text.compare(a.toString(), b.toString());
        }
        List<Object> x = items(a);
        List<Object> y = items(b);
        if (x != null && y != null && a instanceof Tuple == b instanceof Tuple) {
            return compareItems(operator, x, y, budget);
        }
        for (Object side : new Object[] {a, b}) {
            if (side instanceof Undefined undefined) {
                throw undefined.error();
            }
        }
        throw JinjaError.runtime(Repr.quote(operator) + " not supported between instances of "
                + Repr.quote(Types.name(a)) + " and " + Repr.quote(Types.name(b)));
    }

    private static int compareItems(String operator, List<Object> a, List<Object> b, Budget budget) {
        budget.enter();
        try {
            for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                if (!equal(a.get(i), b.get(i), budget)) {
                    return order(operator, a.get(i), b.get(i), budget) == operator.startsWith("<") ? -1 : 1;
                }
            }
            return Integer.compare(a.size(), b.size());
        } finally {
            budget.leave();
        }
    }

    private static int compareNumbers(Object a, Object b) {
        if (a instanceof Double || b instanceof Double) {
            double x = Numbers.real(a);
            double y = Numbers.real(b);
            boolean rounded = Math.abs(x) >= 1L << 53 || Math.abs(y) >= 1L << 53;
            return rounded && Double.isFinite(x) && Double.isFinite(y)
                    ? exact(a).compareTo(exact(b))
                    : x < y ? -1 : x > y ? 1 : 0;
        }
        return Numbers.big(a).compareTo(Numbers.big(b));
    }

    private static BigDecimal exact(Object number) {
        return number instanceof Double real ? new BigDecimal(real) : new BigDecimal(Numbers.big(number));
    }

    /** A stable sort that only asks whether one key is less than another, as Python's does. */
    static List<Object> sort(List<Object> items, List<Object> keys, boolean reverse, Budget budget) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            order.add(reverse ? items.size() - 1 - i : i);
        }
        List<Integer> sorted = mergeSort(order, keys, budget);
        List<Object> result = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            result.add(items.get(sorted.get(reverse ? sorted.size() - 1 - i : i)));
        }
        return result;
    }

    private static List<Integer> mergeSort(List<Integer> order, List<Object> keys, Budget budget) {
        if (order.size() < 2) {
            return order;
        }
        int middle = order.size() / 2;
        List<Integer> left = mergeSort(order.subList(0, middle), keys, budget);
        List<Integer> right = mergeSort(order.subList(middle, order.size()), keys, budget);
        List<Integer> merged = new ArrayList<>(order.size());
        int l = 0;
        int r = 0;
        while (l < left.size() && r < right.size()) {
            budget.step();
            boolean rightFirst = less(keys.get(right.get(r)), keys.get(left.get(l)), budget);
            merged.add(rightFirst ? right.get(r++) : left.get(l++));
        }
        merged.addAll(left.subList(l, left.size()));
        merged.addAll(right.subList(r, right.size()));
        return merged;
    }
}
