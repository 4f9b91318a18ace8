package org.rft4j.core.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of an evaluation.
 *
 * @param name which evaluation
 * @param step after how many optimiser steps, 0 before the first
 * @param metrics by name, the names beginning with {@code eval}
 * @param completions all of its episodes
 */
public record EvaluationReport(String name, long step, Map<String, Double> metrics, List<Completion> completions) {
    /** Copies map and list. */
    public EvaluationReport {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        completions = List.copyOf(completions);
    }
}
