package org.rft4j.core.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arguments of one call. */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    static Arguments of(Object... positional) {
        return new Arguments(List.of(positional), Map.of());
    }

    /** Fails, like Python, if there are more arguments than these names, or others. */
    Arguments only(String function, String... names) {
        if (positional.size() > names.length) {
            throw JinjaError.runtime(
                    function + "() takes at most " + names.length + " arguments (" + positional.size() + " given)");
        }
        for (String name : named.keySet()) {
            int index = List.of(names).indexOf(name);
            if (index < 0) {
                throw JinjaError.runtime(function + "() got an unexpected keyword argument " + Repr.quote(name));
            }
            if (index < positional.size()) {
                throw JinjaError.runtime(function + "() got multiple values for argument " + Repr.quote(name));
            }
        }
        return this;
    }

    boolean has(int index, String name) {
        return index < positional.size() || named.containsKey(name);
    }

    Object get(int index, String name, Object otherwise) {
        return index < positional.size() ? positional.get(index) : named.getOrDefault(name, otherwise);
    }

    Object need(int index, String name) {
        if (!has(index, name)) {
            throw JinjaError.runtime("missing 1 required positional argument: " + Repr.quote(name));
        }
        return get(index, name, None.NONE);
    }

    boolean flag(int index, String name) {
        return Values.truth(get(index, name, false));
    }

    boolean isEmpty() {
        return positional.isEmpty() && named.isEmpty();
    }

    Arguments withoutFirst(int count) {
        return new Arguments(positional.subList(count, positional.size()), named);
    }

    Arguments with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(named);
        more.put(name, value);
        return new Arguments(positional, more);
    }
}
