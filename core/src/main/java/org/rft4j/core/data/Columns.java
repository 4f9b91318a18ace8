package org.rft4j.core.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/** What all records check alike, and copies of columns that nobody can change, down to the innermost list. */
final class Columns {
    /** Deeper than any data, and shallow enough for any stack: what lies deeper contains itself. */
    private static final int DEEPEST = 200;

    private Columns() {}

    static Map<String, @Nullable Object> copy(String id, Map<String, ? extends @Nullable Object> columns) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        columns.forEach((name, value) -> copy.put(name, copy("column '" + name + "' of task " + id, value, 0)));
        return Collections.unmodifiableMap(copy);
    }

    private static @Nullable Object copy(String what, @Nullable Object value, int depth) {
        Check.that(depth <= DEEPEST, what, "nested deeper than " + DEEPEST, "must not be", "flatten it");
        if (value == null || value instanceof Boolean || value instanceof Number || value instanceof String) {
            return value;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> items = new ArrayList<>(list.size());
            list.forEach(item -> items.add(copy(what, item, depth + 1)));
            return Collections.unmodifiableList(items);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            map.forEach((key, item) -> fields.put(fieldName(what, key), copy(what, item, depth + 1)));
            return Collections.unmodifiableMap(fields);
        }
        throw new InvalidInputException(
                what,
                "a " + value.getClass().getName(),
                "must be null, a boolean, number, string, list or map",
                "write other values as text");
    }

    private static String fieldName(String what, @Nullable Object key) {
        if (key instanceof String name) {
            return name;
        }
        throw new InvalidInputException(what, "a map with the key " + key, "must have strings as keys", "name them");
    }

    static void requireId(String id) {
        Check.that(!id.isBlank(), "id of a record", "'" + id + "'", "must not be blank", "number the records");
    }

    /** A text fits a text, and messages fit a conversation. */
    static void requireFit(Prompt prompt, Answer answer) {
        boolean fits = prompt instanceof Prompt.Chat == answer instanceof Answer.Messages;
        Check.that(
                fits,
                "answer to a " + prompt.getClass().getSimpleName().toLowerCase(Locale.ROOT),
                answer.getClass().getSimpleName().toLowerCase(Locale.ROOT),
                "must be of the same kind",
                "give both as text or both as lists of messages");
    }
}
