package org.rft4j.core.data;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A prompt and what is to be learned from: supervised fine-tuning of the completion alone.
 *
 * @param id names the record within its data set
 * @param prompt what is asked
 * @param completion what is answered
 * @param columns what the row had besides
 */
public record PromptCompletion(String id, Prompt prompt, Answer completion, Map<String, @Nullable Object> columns)
        implements Example {
    /** Copies the columns. */
    public PromptCompletion {
        Columns.requireId(id);
        columns = Columns.copy(id, columns);
        Columns.requireFit(prompt, completion);
    }
}
