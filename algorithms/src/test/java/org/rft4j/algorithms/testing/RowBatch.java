package org.rft4j.algorithms.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.rft4j.core.reward.Score;
import org.rft4j.core.training.RowScores;
import org.rft4j.core.training.TrainingRow;

/**
 * Rows and the numbers that models give their tokens.
 *
 * @param specs the rows
 * @param numbers [rows][T] by name, of which a row reads as many as it has tokens
 */
public record RowBatch(List<RowSpec> specs, Map<String, double[][]> numbers) {
    /** Log-probs under the weights that are trained. */
    public static final String LOG_PROBS = "logProbs";

    /** Log-probs when the round began. */
    public static final String OLD = "oldLogProbs";

    /** The critic's values under the weights that are trained. */
    public static final String VALUES = "values";

    /** Entropies. */
    public static final String ENTROPIES = "entropies";

    private static final String REFERENCE = "referenceLogProbs";

    private static final String OLD_VALUES = "oldValues";

    /**
     * Part of {@code golden/methods.json}, see {@code src/test/golden/generate_methods.py}.
     *
     * @param part which
     * @return what stands there
     */
    public static JsonNode golden(String part) {
        try (InputStream json = RowBatch.class.getResourceAsStream("/golden/methods.json")) {
            return new ObjectMapper().readTree(json).required(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The batch of the golden values.
     *
     * @return ten rows in three groups
     */
    public static RowBatch golden() {
        List<RowSpec> specs = new ArrayList<>();
        golden("rows").forEach(row -> specs.add(spec(row)));
        Map<String, double[][]> numbers = new LinkedHashMap<>();
        golden("inputs").properties().forEach(entry -> numbers.put(entry.getKey(), grid(entry.getValue())));
        return new RowBatch(specs, numbers);
    }

    private static RowSpec spec(JsonNode row) {
        int[] mask = integers(row.required("mask"));
        boolean[] trained = new boolean[mask.length];
        for (int t = 0; t < mask.length; t++) {
            trained[t] = mask[t] == 1;
        }
        Score score = Score.of(row.required("reward").doubleValue())
                .withPerTurn(doubles(row.path("perTurn")))
                .withPerToken(doubles(row.path("perToken")));
        return new RowSpec(
                trained,
                integers(row.required("starts")),
                integers(row.required("tokens")),
                row.required("group").intValue(),
                score,
                row.path("usable").asBoolean(true),
                row.path("ended").asBoolean(true),
                row.path("refined").asBoolean(false));
    }

    private static int[] integers(JsonNode array) {
        return array.valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    private static List<Double> doubles(JsonNode array) {
        return array.valueStream().map(JsonNode::doubleValue).toList();
    }

    /**
     * Numbers of a nested array.
     *
     * @param rows arrays of numbers
     * @return [rows][columns]
     */
    public static double[][] grid(JsonNode rows) {
        return rows.valueStream()
                .map(row -> row.valueStream().mapToDouble(JsonNode::doubleValue).toArray())
                .toArray(double[][]::new);
    }

    /**
     * Rows whose old log-probs are those of now, and whose values are 0.
     *
     * @param logProbs what each token has
     * @param specs the rows
     * @return the batch
     */
    public static RowBatch onPolicy(double logProbs, RowSpec... specs) {
        int width =
                Arrays.stream(specs).mapToInt(spec -> spec.mask().length).max().orElse(1);
        Map<String, double[][]> numbers = new LinkedHashMap<>();
        for (String name : List.of(LOG_PROBS, OLD, REFERENCE, VALUES, OLD_VALUES, ENTROPIES)) {
            double[][] grid = new double[specs.length][width];
            for (double[] row : grid) {
                Arrays.fill(row, name.endsWith("ogProbs") ? logProbs : 0);
            }
            numbers.put(name, grid);
        }
        return new RowBatch(List.of(specs), numbers);
    }

    /**
     * Other numbers under a name.
     *
     * @param name which
     * @param grid [rows][T]
     * @return a copy
     */
    public RowBatch with(String name, double[][] grid) {
        Map<String, double[][]> more = new LinkedHashMap<>(numbers);
        more.put(name, grid);
        return new RowBatch(specs, more);
    }

    /**
     * The same rows, changed.
     *
     * @param change makes a row of its number
     * @return a copy
     */
    public RowBatch mapRows(IntFunction<RowSpec> change) {
        List<RowSpec> changed = new ArrayList<>();
        for (int row = 0; row < specs.size(); row++) {
            changed.add(change.apply(row));
        }
        return new RowBatch(changed, numbers);
    }

    /**
     * The rows in another order, or some of them.
     *
     * @param order numbers of rows
     * @return a copy
     */
    public RowBatch rows(int... order) {
        Map<String, double[][]> picked = new LinkedHashMap<>();
        numbers.forEach((name, grid) ->
                picked.put(name, Arrays.stream(order).mapToObj(row -> grid[row]).toArray(double[][]::new)));
        return new RowBatch(Arrays.stream(order).mapToObj(specs::get).toList(), picked);
    }

    /**
     * The rows without the tokens behind the prompt that are not trained.
     *
     * @return rows of a prompt token and a turn
     */
    public RowBatch withoutGaps() {
        Map<String, double[][]> kept = new LinkedHashMap<>();
        numbers.forEach((name, grid) -> kept.put(name, closed(grid)));
        return new RowBatch(specs, kept).mapRows(row -> {
            RowSpec spec = specs.get(row);
            int live = spec.row(row).trainedTokens();
            boolean[] mask = new boolean[live + 1];
            Arrays.fill(mask, 1, mask.length, true);
            return new RowSpec(
                    mask,
                    new int[] {1},
                    new int[] {live},
                    spec.group(),
                    spec.score(),
                    spec.usable(),
                    spec.ended(),
                    spec.refined());
        });
    }

    /**
     * Numbers of trained tokens moved to where they stand in {@link #withoutGaps}.
     *
     * @param grid [rows][T]
     * @return [rows][T], 0 behind them
     */
    public double[][] closed(double[][] grid) {
        double[][] moved = new double[grid.length][];
        for (int row = 0; row < grid.length; row++) {
            moved[row] = new double[grid[row].length];
            int next = 1;
            boolean[] mask = specs.get(row).mask();
            for (int t = 0; t < mask.length; t++) {
                if (mask[t]) {
                    moved[row][next++] = grid[row][t];
                }
            }
        }
        return moved;
    }

    /**
     * What an algorithm gets.
     *
     * @return rows in order
     */
    public List<TrainingRow> rows() {
        List<TrainingRow> rows = new ArrayList<>();
        for (int n = 0; n < specs.size(); n++) {
            rows.add(specs.get(n).row(n));
        }
        return rows;
    }

    /**
     * What models said before training.
     *
     * @return in the rows' own lengths
     */
    public RowScores scores() {
        return new RowScores(Optional.of(ragged(OLD)), Optional.of(ragged(REFERENCE)), Optional.of(ragged(OLD_VALUES)));
    }

    float[][] ragged(String name) {
        double[][] grid = get(name);
        float[][] ragged = new float[grid.length][];
        for (int row = 0; row < ragged.length; row++) {
            ragged[row] = new float[specs.get(row).mask().length];
            for (int t = 0; t < ragged[row].length; t++) {
                ragged[row][t] = (float) grid[row][t];
            }
        }
        return ragged;
    }

    /**
     * Numbers that are there.
     *
     * @param name which
     * @return [rows][T]
     */
    public double[][] get(String name) {
        return java.util.Objects.requireNonNull(numbers.get(name), name);
    }
}
