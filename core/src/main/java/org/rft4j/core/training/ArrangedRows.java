package org.rft4j.core.training;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rows of a round.
 *
 * @param rows those with the same unit stay together, in this order
 * @param metrics what is told of the round, by name, such as how many examples were cut
 */
public record ArrangedRows(List<ExampleRow> rows, Map<String, Double> metrics) {
    /** Copies both. */
    public ArrangedRows {
        rows = List.copyOf(rows);
        metrics = Collections.unmodifiableMap(new TreeMap<>(metrics)); // the same order in every process
    }

    /**
     * Rows of which nothing is told.
     *
     * @param rows in order
     * @return the rows
     */
    public static ArrangedRows of(List<ExampleRow> rows) {
        return new ArrangedRows(rows, Map.of());
    }
}
