package org.rft4j.core.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Attributes and items, found in the order of Python's Jinja: {@code a.b} is the attribute and then the item, {@code a['b']}
 * the item and then the attribute. Whatever could change a value or lead out of the sandbox is there but unsafe.
 */
final class Members {
    private static final Set<String> CHANGES_LIST =
            Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
    private static final Set<String> CHANGES_DICT = Set.of("clear", "pop", "popitem", "setdefault", "update");
    private static final Set<String> INTERNAL = Set.of(
            "__class__",
            "__delattr__",
            "__dir__",
            "__doc__",
            "__eq__",
            "__format__",
            "__ge__",
            "__getattribute__",
            "__gt__",
            "__hash__",
            "__init__",
            "__init_subclass__",
            "__le__",
            "__lt__",
            "__ne__",
            "__new__",
            "__reduce__",
            "__reduce_ex__",
            "__repr__",
            "__setattr__",
            "__sizeof__",
            "__str__",
            "__subclasshook__");

    private Members() {}

    /** {@code of.name}. */
    static Object attribute(Object of, String name, Run run) {
        Object attribute = own(of, name);
        if (attribute != null) {
            return attribute;
        }
        Object item = ownItem(of, name);
        return item != null ? item : Undefined.member(of, name);
    }

    /** {@code of[key]}. */
    static Object item(Object of, Object key, Run run) {
        Object item = ownItem(of, key);
        if (item != null) {
            return item;
        }
        Object attribute = key instanceof CharSequence name ? own(of, name.toString()) : null;
        return attribute != null ? attribute : Undefined.member(of, key);
    }

    /** The attribute in Python's sense, without items; null where there is none. */
    static @Nullable Object own(Object of, String name) {
        if (of instanceof Undefined undefined) {
            throw undefined.error();
        }
        boolean changes = (of instanceof List && CHANGES_LIST.contains(name))
                || (of instanceof Map && CHANGES_DICT.contains(name));
        if (changes || (INTERNAL.contains(name) && !(of instanceof Namespace))) {
            return Undefined.unsafe(of, name);
        }
        if (of instanceof Attributed attributed) {
            return attributed.attribute(name);
        }
        if (of instanceof CharSequence text) {
            return StringMethods.find(text, name);
        }
        if (of instanceof Map<?, ?> map) {
            return dictMethod(Dict.of(map), name);
        }
        if (of instanceof Tuple tuple && tuple.fields().contains(name)) {
            return tuple.items().get(tuple.fields().indexOf(name));
        }
        if (Types.isNumber(of)) {
            return name.equals("real") ? of instanceof Boolean ? (Object) Values.integer(of) : of : null;
        }
        return of instanceof List || of instanceof Tuple || of instanceof Range ? sequenceMethod(of, name) : null;
    }

    private static @Nullable Callable dictMethod(Dict dict, String name) {
        return switch (name) {
            case "items" -> (run, a) -> new DictView(dict.values(), DictView.Kind.ITEMS);
            case "keys" -> (run, a) -> new DictView(dict.values(), DictView.Kind.KEYS);
            case "values" -> (run, a) -> new DictView(dict.values(), DictView.Kind.VALUES);
            case "copy" -> (run, a) -> new LinkedHashMap<>(dict.values());
            case "get" ->
                (run, a) -> {
                    if (a.positional().isEmpty()) {
                        throw JinjaError.runtime("get expected at least 1 argument, got 0");
                    }
                    Object value = dict.get(a.positional().get(0));
                    return value == null ? a.get(1, "", None.NONE) : value;
                };
            case "fromkeys" -> (run, a) -> Globals.fromKeys(run, a);
            default -> null;
        };
    }

    private static @Nullable Callable sequenceMethod(Object of, String name) {
        return switch (name) {
            case "count" ->
                (run, a) -> Values.list(of, run.budget()).stream()
                        .filter(item -> Compare.equal(item, a.need(0, "value"), run.budget()))
                        .count();
            case "index" -> (run, a) -> index(of, a.need(0, "value"), run);
            case "copy" -> of instanceof List ? (run, a) -> Values.list(of, run.budget()) : null;
            default -> null;
        };
    }

    private static Object index(Object of, Object wanted, Run run) {
        List<Object> items = Values.list(of, run.budget());
        for (int i = 0; i < items.size(); i++) {
            if (Compare.equal(items.get(i), wanted, run.budget())) {
                return (long) i;
            }
        }
        throw JinjaError.runtime(
                of instanceof Tuple ? "tuple.index(x): x not in tuple" : Repr.short_(wanted) + " is not in list");
    }

    /** The item in Python's sense; null where Python raises an error that Jinja swallows. */
    private static @Nullable Object ownItem(Object of, Object key) {
        if (of instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (of instanceof Map<?, ?> map) {
            boolean hashable = !(key instanceof List || key instanceof Map);
            return hashable ? Dict.of(map).get(key) : null;
        }
        boolean indexable =
                of instanceof CharSequence || of instanceof List || of instanceof Tuple || of instanceof Range;
        if (!indexable || !(key instanceof Long || key instanceof Boolean)) {
            return null;
        }
        long index = Values.integer(key);
        int length = Values.length(of);
        long at = index < 0 ? index + length : index;
        return at < 0 || at >= length ? null : element(of, (int) at);
    }

    private static Object element(Object of, int at) {
        if (of instanceof CharSequence text) {
            String character = Text.slice(text.toString(), at, at + 1);
            return of instanceof Markup ? new Markup(character) : character;
        }
        if (of instanceof List<?> list) {
            return Objects.requireNonNull(list.get(at));
        }
        return of instanceof Tuple tuple ? tuple.items().get(at) : ((Range) of).get(at);
    }
}
