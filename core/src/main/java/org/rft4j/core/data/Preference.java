package org.rft4j.core.data;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Two answers to a prompt, one of which is preferred.
 *
 * @param id names the record within its data set
 * @param prompt what is asked
 * @param chosen the better answer
 * @param rejected the worse answer
 * @param columns what the row had besides
 */
public record Preference(
        String id, Prompt prompt, Answer chosen, Answer rejected, Map<String, @Nullable Object> columns)
        implements Example {
    /** Copies the columns. */
    public Preference {
        Columns.requireId(id);
        columns = Columns.copy(id, columns);
        Columns.requireFit(prompt, chosen);
        Columns.requireFit(prompt, rejected);
    }

    /**
     * Both answers on their own, as methods that need no pairs take them.
     *
     * @return the chosen one labelled true and the rejected one labelled false; their ids end in {@code :chosen} and {@code :rejected}
     */
    public List<UnpairedPreference> unpaired() {
        return List.of(
                new UnpairedPreference(id + ":chosen", prompt, chosen, true, columns),
                new UnpairedPreference(id + ":rejected", prompt, rejected, false, columns));
    }
}
