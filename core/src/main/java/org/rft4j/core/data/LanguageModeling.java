package org.rft4j.core.data;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Text or a conversation to be learned whole.
 *
 * @param id names the record within its data set
 * @param content all of it, the assistant's last message included
 * @param columns what the row had besides
 */
public record LanguageModeling(String id, Prompt content, Map<String, @Nullable Object> columns) implements Example {
    /** Copies the columns. */
    public LanguageModeling {
        Columns.requireId(id);
        columns = Columns.copy(id, columns);
    }
}
