package org.rft4j.core.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What every value can be asked in Python: its truth, its length, its items, and whether something is in it. */
final class Values {
    private Values() {}

    static boolean truth(Object value) {
        if (value instanceof Boolean bool) {
            return bool;
        }
        if (value instanceof CharSequence text) {
            return text.length() > 0;
        }
        if (Types.isNumber(value)) {
            return value instanceof Double number ? number != 0 : !value.equals(0L);
        }
        if (value == None.NONE || value instanceof Undefined) {
            return false;
        }
        return !isSized(value) || length(value) > 0;
    }

    static boolean isSized(Object value) {
        return value instanceof CharSequence
                || value instanceof List
                || value instanceof Map
                || value instanceof Tuple
                || value instanceof Range
                || value instanceof DictView
                || value instanceof Undefined
                || value instanceof LoopContext;
    }

    static int length(Object value) {
        if (value instanceof CharSequence text) {
            return Text.length(text);
        }
        if (value instanceof List<?> list) {
            return list.size();
        }
        if (value instanceof Map<?, ?> map) {
            return map.size();
        }
        if (value instanceof Tuple tuple) {
            return tuple.items().size();
        }
        if (value instanceof Range range) {
            return range.size();
        }
        if (value instanceof DictView view) {
            return view.dict().size();
        }
        if (value instanceof LoopContext loop) {
            return loop.length();
        }
        if (value instanceof Undefined) {
            return 0;
        }
        throw JinjaError.runtime("object of type " + Repr.quote(Types.name(value)) + " has no len()");
    }

    static boolean isIterable(Object value) {
        return isSized(value) || value instanceof Lazy;
    }

    @SuppressWarnings("unchecked")
    static Iterator<Object> iterate(Object value) {
        if (value instanceof List<?> list) {
            return (Iterator<Object>) list.iterator();
        }
        if (value instanceof Tuple tuple) {
            return tuple.items().iterator();
        }
        if (value instanceof Map<?, ?> map) {
            return (Iterator<Object>) map.keySet().iterator();
        }
        if (value instanceof CharSequence text) {
            return Text.characters(text).iterator();
        }
        if (value instanceof DictView view) {
            return view.iterator();
        }
        if (value instanceof Lazy lazy) {
            return lazy;
        }
        if (value instanceof Range range) {
            return items(range).iterator();
        }
        if (value instanceof LoopContext loop) {
            return loop.pairs();
        }
        if (value instanceof Undefined) {
            return List.of().iterator();
        }
        throw JinjaError.runtime(Repr.quote(Types.name(value)) + " object is not iterable");
    }

    private static List<Object> items(Range range) {
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < range.size(); i++) {
            items.add(range.get(i));
        }
        return items;
    }

    /** A new list of the items. */
    static List<Object> list(Object value, Budget budget) {
        List<Object> items = new ArrayList<>();
        for (Iterator<Object> more = iterate(value); more.hasNext(); ) {
            items.add(more.next());
            budget.step();
        }
        budget.value(items.size());
        return items;
    }

    static boolean contains(Object container, Object item, Budget budget) {
        if (container instanceof CharSequence text) {
            if (!(item instanceof CharSequence)) {
                throw JinjaError.runtime("'in <string>' requires string as left operand, not " + Types.name(item));
            }
            return text.toString().contains(item.toString());
        }
        if (container instanceof Map<?, ?> map) {
            return Dict.of(map).containsKey(item);
        }
        if (container instanceof DictView view && view.kind() == DictView.Kind.KEYS) {
            return Dict.of(view.dict()).containsKey(item);
        }
        if (!isIterable(container)) {
            throw JinjaError.runtime("argument of type " + Repr.quote(Types.name(container)) + " is not iterable");
        }
        for (Iterator<Object> items = iterate(container); items.hasNext(); ) {
            if (Compare.equal(items.next(), item, budget)) {
                return true;
            }
        }
        return false;
    }

    /** An int that fits, as indices and counts must. */
    static long integer(Object value) {
        if (value instanceof Long number) {
            return number;
        }
        if (value instanceof Boolean bool) {
            return bool ? 1 : 0;
        }
        if (Types.isInt(value)) {
            throw JinjaError.runtime("Python int too large to convert to C ssize_t");
        }
        throw JinjaError.runtime(Repr.quote(Types.name(value)) + " object cannot be interpreted as an integer");
    }

    static String text(Object value, String what) {
        if (value instanceof CharSequence) {
            return value.toString();
        }
        throw JinjaError.runtime(what + " must be str, not " + Types.name(value));
    }
}
