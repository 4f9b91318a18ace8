package org.rft4j.core.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.rft4j.core.loss.TokenColumn;

/**
 * What an algorithm makes of the rows of a round before it trains on them.
 *
 * @param columns numbers beside the tokens, [rows][tokens] each
 * @param trained [rows][tokens], which tokens are trained in the end: those of the sequence, or fewer. Rows without any are left out, and
 *     do not count in means over sequences
 * @param metrics what it tells, by name
 */
public record Estimate(Map<TokenColumn, float[][]> columns, boolean[][] trained, Map<String, Double> metrics) {
    /** Copies the maps; the arrays are kept. */
    public Estimate {
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        metrics = Collections.unmodifiableMap(new TreeMap<>(metrics)); // the same order in every process
    }
}
