package org.rft4j.core.jinja;

import java.util.List;

/** Python's tuple; with field names it is what {@code groupby} yields. */
record Tuple(List<Object> items, List<String> fields) {
    static Tuple of(Object... items) {
        return new Tuple(List.of(items), List.of());
    }

    static Tuple of(List<Object> items) {
        return new Tuple(items, List.of());
    }

    static Tuple group(Object grouper, List<Object> items) {
        return new Tuple(List.of(grouper, items), List.of("grouper", "list"));
    }
}
