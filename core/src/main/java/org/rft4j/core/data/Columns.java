package org.rft4j.core.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/** What all records check alike. */
final class Columns {
    private Columns() {}

    /** A copy that keeps order and nulls, and cannot be changed. */
    static Map<String, @Nullable Object> copy(Map<String, ? extends @Nullable Object> columns) {
        return Collections.unmodifiableMap(new LinkedHashMap<String, @Nullable Object>(columns));
    }

    static void requireId(String id) {
        Check.that(!id.isBlank(), "id of a record", "'" + id + "'", "must not be blank", "number the records");
    }
}
