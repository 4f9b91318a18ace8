package org.rft4j.algorithms.unpaired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.WindowRows;
import org.rft4j.engine.random.KeyedRandom;

/**
 * The rows of an optimiser step.
 *
 * @param trained [rows][tokens]
 * @param units [rows]
 * @param columns [rows][tokens] each
 * @param logProbs [rows][tokens] of the policy
 */
record StepRows(boolean[][] trained, int[] units, Map<TokenColumn, double[][]> columns, double[][] logProbs) {
    private static final Map<String, TokenColumn> NUMBERS = Map.of(
            "label", TokenColumn.LABEL,
            "weight", TokenColumn.WEIGHT,
            "reward", TokenColumn.REWARD,
            "online", Hypo.ONLINE,
            "compared", TokenColumn.COMPARED);

    /** Part of {@code golden/unpaired.json}, see {@code src/test/golden/generate_unpaired.py}. */
    static JsonNode golden(String batch) {
        try (InputStream json = StepRows.class.getResourceAsStream("/golden/unpaired.json")) {
            return new ObjectMapper().readTree(json).required(batch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static StepRows read(String batch) {
        JsonNode rows = golden(batch).required("rows");
        int count = rows.size();
        boolean[][] trained = new boolean[count][];
        int[] units = new int[count];
        for (int row = 0; row < count; row++) {
            JsonNode mask = rows.get(row).required("mask");
            trained[row] = new boolean[mask.size()];
            for (int t = 0; t < mask.size(); t++) {
                trained[row][t] = mask.get(t).intValue() == 1;
            }
            units[row] = rows.get(row).required("unit").intValue();
        }
        StepRows empty = new StepRows(trained, units, Map.of(), inputs(batch, "logProbs", trained));
        StepRows all = empty.with(TokenColumn.REFERENCE_LOG_PROB, inputs(batch, "referenceLogProbs", trained))
                .with(TokenColumn.OLD_LOG_PROB, inputs(batch, "oldLogProbs", trained));
        for (Map.Entry<String, TokenColumn> number : NUMBERS.entrySet()) {
            if (rows.get(0).has(number.getKey())) {
                all = all.withNumbers(
                        number.getValue(),
                        rows.valueStream()
                                .mapToDouble(
                                        row -> row.required(number.getKey()).doubleValue())
                                .toArray());
            }
        }
        return all;
    }

    private static double[][] inputs(String batch, String name, boolean[][] trained) {
        JsonNode grid = golden(batch).required("inputs").required(name);
        return IntStream.range(0, trained.length)
                .mapToObj(row -> IntStream.range(0, trained[row].length)
                        .mapToDouble(t -> grid.get(row).get(t).doubleValue())
                        .toArray())
                .toArray(double[][]::new);
    }

    /** Answers of one trained token behind a prompt of one. */
    static StepRows ofRatios(int[] units, double... ratios) {
        boolean[][] trained = new boolean[ratios.length][];
        double[][] logProbs = new double[ratios.length][];
        double[][] reference = new double[ratios.length][];
        for (int row = 0; row < ratios.length; row++) {
            trained[row] = new boolean[] {false, true};
            logProbs[row] = new double[] {0, -3 + ratios[row]};
            reference[row] = new double[] {0, -3};
        }
        return new StepRows(trained, units, Map.of(), logProbs).with(TokenColumn.REFERENCE_LOG_PROB, reference);
    }

    StepRows with(TokenColumn column, double[][] values) {
        Map<TokenColumn, double[][]> more = new LinkedHashMap<>(columns);
        more.put(column, values);
        return new StepRows(trained, units, more, logProbs);
    }

    StepRows withNumbers(TokenColumn column, double... numbers) {
        return with(
                column,
                IntStream.range(0, numbers.length)
                        .mapToObj(row -> {
                            double[] beside = new double[trained[row].length];
                            Arrays.fill(beside, numbers[row]);
                            return beside;
                        })
                        .toArray(double[][]::new));
    }

    StepRows without(TokenColumn column) {
        Map<TokenColumn, double[][]> fewer = new LinkedHashMap<>(columns);
        fewer.remove(column);
        return new StepRows(trained, units, fewer, logProbs);
    }

    StepRows withLogProbs(double[][] other) {
        return new StepRows(trained, units, columns, other);
    }

    StepRows moved(int row, int token, double by) {
        double[][] other = Arrays.stream(logProbs).map(double[]::clone).toArray(double[][]::new);
        other[row][token] += by;
        return withLogProbs(other);
    }

    /** The rows in another order, or some of them. */
    StepRows rows(int... order) {
        Map<TokenColumn, double[][]> picked = new LinkedHashMap<>();
        columns.forEach((column, values) -> picked.put(column, pick(values, order)));
        return new StepRows(
                Arrays.stream(order).mapToObj(row -> trained[row]).toArray(boolean[][]::new),
                Arrays.stream(order).map(row -> units[row]).toArray(),
                picked,
                pick(logProbs, order));
    }

    static double[][] pick(double[][] values, int... order) {
        return Arrays.stream(order).mapToObj(row -> values[row]).toArray(double[][]::new);
    }

    /** The rows of some units, in their order. */
    int[] rowsOf(int... wanted) {
        return Arrays.stream(wanted)
                .flatMap(unit -> IntStream.range(0, units.length).filter(row -> units[row] == unit))
                .toArray();
    }

    boolean isCompared(int row) {
        double[][] compared = columns.get(TokenColumn.COMPARED);
        return compared != null && compared[row][0] != 0;
    }

    double[][] column(TokenColumn column) {
        return Objects.requireNonNull(columns.get(column), column.name());
    }

    /** What an objective that needs log-probs of so many rows sees before a step. */
    WindowRows window(Needs.CurrentLogProbs needed) {
        Map<TokenColumn, float[][]> floats = new LinkedHashMap<>();
        columns.forEach((column, values) -> floats.put(column, floats(values)));
        double[][] current = logProbs.clone();
        for (int row = 0; row < current.length; row++) {
            boolean told = needed == Needs.CurrentLogProbs.ALL || isCompared(row);
            current[row] = told ? logProbs[row] : new double[logProbs[row].length];
        }
        Optional<float[][]> seen =
                needed == Needs.CurrentLogProbs.NONE ? Optional.empty() : Optional.of(floats(current));
        return new WindowRows(trained, floats, units, seen, KeyedRandom.ofSeed(1));
    }

    private static float[][] floats(double[][] values) {
        float[][] floats = new float[values.length][];
        for (int row = 0; row < values.length; row++) {
            floats[row] = new float[values[row].length];
            for (int t = 0; t < floats[row].length; t++) {
                floats[row][t] = (float) values[row][t];
            }
        }
        return floats;
    }
}
