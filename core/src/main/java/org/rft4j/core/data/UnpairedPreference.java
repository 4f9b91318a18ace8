package org.rft4j.core.data;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer and whether it is wanted.
 *
 * @param id names the record within its data set
 * @param prompt what is asked
 * @param completion what is answered
 * @param label true if it is wanted
 * @param columns what the row had besides
 */
public record UnpairedPreference(
        String id, Prompt prompt, Answer completion, boolean label, Map<String, @Nullable Object> columns)
        implements Example {
    /** Copies the columns. */
    public UnpairedPreference {
        Columns.requireId(id);
        columns = Columns.copy(id, columns);
        Columns.requireFit(prompt, completion);
    }
}
