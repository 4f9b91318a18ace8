package org.rft4j.core.data;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One record of a data set, in one of the shapes that methods of training ask for. */
public sealed interface Example
        permits TaskRecord, PromptCompletion, Preference, UnpairedPreference, LanguageModeling, Stepwise {
    /**
     * What names the record within its data set.
     *
     * @return the same in every run and order
     */
    String id();

    /**
     * What the row had besides.
     *
     * @return values by name: null, booleans, numbers, strings, lists and maps
     */
    Map<String, @Nullable Object> columns();
}
