package org.rft4j.core.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's slices. */
final class Slices {
    private Slices() {}

    /** A bound as a position between 0 and the length. */
    static int bound(Object bound, int otherwise, int length) {
        if (bound == None.NONE) {
            return otherwise;
        }
        long at = index(bound);
        return (int) (at < 0 ? Math.max(0, at + length) : at);
    }

    private static long index(Object bound) {
        if (!(bound instanceof Long || bound instanceof Boolean)) {
            if (Types.isInt(bound)) {
                return Numbers.big(bound).signum() < 0 ? -Integer.MAX_VALUE : Integer.MAX_VALUE;
            }
            throw JinjaError.runtime("slice indices must be integers or None or have an __index__ method");
        }
        return Math.max(-Integer.MAX_VALUE, Math.min(Integer.MAX_VALUE, Values.integer(bound)));
    }

    static Object slice(Object value, Object start, Object stop, Object step, Budget budget) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (value instanceof Map) {
            throw JinjaError.runtime("unhashable type: 'slice'");
        }
        boolean sliceable = value instanceof CharSequence
                || value instanceof List
                || value instanceof Tuple
                || value instanceof Range;
        if (!sliceable) {
            throw JinjaError.runtime(Repr.quote(Types.name(value)) + " object is not subscriptable");
        }
        long stride = step == None.NONE ? 1 : index(step);
        if (stride == 0) {
            throw JinjaError.runtime("slice step cannot be zero");
        }
        int length = Values.length(value);
        long from = clip(start, stride > 0 ? 0 : length - 1, length, stride < 0);
        long to = clip(stop, stride > 0 ? length : -1, length, stride < 0);
        if (value instanceof CharSequence text && stride == 1) {
            return remarked(text, Text.slice(text.toString(), (int) from, (int) to));
        }
        if (value instanceof Range range) {
            return new Range(
                    range.start() + from * range.step(), range.start() + to * range.step(), range.step() * stride);
        }
        return pick(value, from, to, stride, budget);
    }

    private static long clip(Object bound, long otherwise, int length, boolean backwards) {
        if (bound == None.NONE) {
            return otherwise;
        }
        long at = index(bound);
        long positive = at < 0 ? at + length : at;
        return backwards ? Math.max(-1, Math.min(length - 1, positive)) : Math.max(0, Math.min(length, positive));
    }

    private static Object pick(Object value, long from, long to, long stride, Budget budget) {
        List<Object> all = value instanceof CharSequence ? Text.characters((CharSequence) value) : items(value);
        List<Object> picked = new ArrayList<>();
        for (long at = from; stride > 0 ? at < to : at > to; at += stride) {
            picked.add(all.get((int) at));
        }
        budget.value(picked.size());
        if (value instanceof CharSequence text) {
            StringBuilder out = new StringBuilder();
            picked.forEach(out::append);
            return remarked(text, out.toString());
        }
        return value instanceof Tuple ? Tuple.of(picked) : picked;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> items(Object value) {
        return value instanceof Tuple tuple ? tuple.items() : (List<Object>) value;
    }

    private static CharSequence remarked(CharSequence original, String part) {
        return original instanceof Markup ? new Markup(part) : part;
    }
}
