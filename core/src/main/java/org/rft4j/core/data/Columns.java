package org.rft4j.core.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
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
