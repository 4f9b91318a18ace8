package org.rft4j.core.run;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run at its beginning, or where it goes on.
 *
 * @param algorithm its name
 * @param folder where its files are
 * @param stepsDone how many optimiser steps lie behind, 0 for a new run
 * @param steps how many there will be, as far as is known
 * @param rounds how many batches there will be
 * @param settings what it was told, as texts by name
 */
public record RunStart(
        String algorithm, Path folder, long stepsDone, long steps, long rounds, Map<String, String> settings) {
    /** Copies the map. */
    public RunStart {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }
}
