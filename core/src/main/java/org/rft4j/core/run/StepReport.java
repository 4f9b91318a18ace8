package org.rft4j.core.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An optimiser step.
 *
 * @param step how many have been taken, this one included
 * @param round which batch it trains, from 0
 * @param metrics numbers that a repeated run would give again, by name
 * @param timings seconds, speeds and memory, by name: another run gives others
 */
public record StepReport(long step, long round, Map<String, Double> metrics, Map<String, Double> timings) {
    /** Copies the maps. */
    public StepReport {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        timings = Collections.unmodifiableMap(new LinkedHashMap<>(timings));
    }
}
