package org.rft4j.core.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Python's rules for keys on top of a Java map: 1, 1.0 and True are one key, and lists are none. */
final class Dict {
    /** All that is undefined is one key. */
    private static final Undefined UNDEFINED = Undefined.hint("a key was undefined");

    private final Map<Object, Object> values;

    private Dict(Map<Object, Object> values) {
        this.values = values;
    }

    static Dict empty() {
        return new Dict(new LinkedHashMap<>());
    }

    @SuppressWarnings("unchecked")
    static Dict of(Map<?, ?> values) {
        return new Dict((Map<Object, Object>) values);
    }

    Map<Object, Object> values() {
        return values;
    }

    @Nullable
    Object get(Object key) {
        return values.get(stored(key));
    }

    boolean containsKey(Object key) {
        return values.containsKey(stored(key));
    }

    void put(Object key, Object value) {
        values.put(stored(key), value);
    }

    /** The key as it is in the map, if an equal one is. */
    private Object stored(Object key) {
        if (key instanceof List || key instanceof Map || key instanceof DictView || key instanceof LoopContext) {
            throw JinjaError.runtime("unhashable type: " + Repr.quote(Types.name(key)));
        }
        if (key instanceof Tuple tuple) {
            tuple.items().forEach(this::stored);
        }
        if (key instanceof Undefined) {
            return UNDEFINED;
        }
        Object plain = key instanceof Markup markup ? markup.text() : key;
        if (!Types.isNumber(plain) || values.containsKey(plain)) {
            return plain;
        }
        for (Object other : new Object[] {asLong(plain), asDouble(plain), asBoolean(plain)}) {
            if (values.containsKey(other)) {
                return other;
            }
        }
        return plain;
    }

    private static Object asLong(Object number) {
        if (number instanceof Boolean bool) {
            return bool ? 1L : 0L;
        }
        return number instanceof Double real && real == Math.rint(real) && Math.abs(real) < 1L << 53
                ? (Object) real.longValue()
                : number;
    }

    private static Object asDouble(Object number) {
        Object integer = asLong(number);
        return integer instanceof Long whole && Math.abs(whole) < 1L << 53 ? (Object) whole.doubleValue() : number;
    }

    private static Object asBoolean(Object number) {
        Object integer = asLong(number);
        return integer.equals(1L) ? (Object) true : integer.equals(0L) ? false : number;
    }
}
