package org.rft4j.core.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.InvalidInputException;

/** Maps as JSON has them: ordered, with string keys, and with nulls. */
final class Json {
    private Json() {}

    /** A copy that keeps order and nulls, and cannot be changed. */
    static Map<String, @Nullable Object> copy(Map<String, ? extends @Nullable Object> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<String, @Nullable Object>(map));
    }

    static Map<String, @Nullable Object> object(String what, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new InvalidInputException(what, value, "must be a map", "correct the data");
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        map.forEach((key, item) -> object.put(String.valueOf(key), item));
        return object;
    }
}
