package org.rft4j.core.data;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/**
 * A solution in steps, each of which is right or wrong: what process reward models learn from.
 *
 * @param id names the record within its data set
 * @param prompt what is asked
 * @param completions the steps, in order
 * @param labels for each step, true if it is right
 * @param columns what the row had besides
 */
public record Stepwise(
        String id, Prompt prompt, List<String> completions, List<Boolean> labels, Map<String, @Nullable Object> columns)
        implements Example {
    /** Copies the lists and compares their lengths. */
    public Stepwise {
        Columns.requireId(id);
        columns = Columns.copy(id, columns);
        completions = List.copyOf(completions);
        labels = List.copyOf(labels);
        Check.that(
                completions.size() == labels.size() && !labels.isEmpty(),
                "labels of steps",
                labels.size(),
                "must be as many as the " + completions.size() + " steps, at least one",
                "correct the row");
    }
}
