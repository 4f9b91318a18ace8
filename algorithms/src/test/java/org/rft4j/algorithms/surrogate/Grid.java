package org.rft4j.algorithms.surrogate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Host numbers of a micro-batch: [rows][tokens] by name, and which rows and tokens of it are looked at. */
record Grid(Map<String, double[][]> arrays) {
    static final String MASK = "mask";
    static final String LOG_PROBS = "logProbs";
    static final String OLD = "oldLogProbs";
    static final String SAMPLER = "samplerLogProbs";
    static final String ADVANTAGES = "advantages";
    static final String WEIGHTS = "weights";
    static final String CHOSEN = "chosen";

    /** The batch of {@code golden/surrogates.json} (see {@code src/test/golden/generate_surrogates.py}). */
    static Grid golden() {
        Map<String, double[][]> arrays = new LinkedHashMap<>();
        read("inputs").properties().forEach(entry -> arrays.put(entry.getKey(), numbers(entry.getValue())));
        return new Grid(arrays);
    }

    static JsonNode read(String part) {
        try (InputStream json = Grid.class.getResourceAsStream("/golden/surrogates.json")) {
            return new ObjectMapper().readTree(json).required(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static double[][] numbers(JsonNode rows) {
        return rows.valueStream()
                .map(row -> row.valueStream().mapToDouble(JsonNode::doubleValue).toArray())
                .toArray(double[][]::new);
    }

    /** One row whose tokens are all trained, with weight 1. */
    static Grid row(double[] logProbs, double[] oldLogProbs, double[] advantages) {
        Map<String, double[][]> arrays = new LinkedHashMap<>();
        double[] ones = logProbs.clone();
        Arrays.fill(ones, 1);
        arrays.put(MASK, new double[][] {ones});
        arrays.put(LOG_PROBS, new double[][] {logProbs});
        arrays.put(OLD, new double[][] {oldLogProbs});
        arrays.put(SAMPLER, new double[][] {oldLogProbs});
        arrays.put(ADVANTAGES, new double[][] {advantages});
        arrays.put(WEIGHTS, new double[][] {ones});
        arrays.put(CHOSEN, new double[][] {new double[logProbs.length]});
        return new Grid(arrays);
    }

    double[][] get(String name) {
        double[][] array = arrays.get(name);
        if (array == null) {
            throw new AssertionError("no array " + name + " among " + arrays.keySet());
        }
        return array;
    }

    int rows() {
        return get(MASK).length;
    }

    int columns() {
        return get(MASK)[0].length;
    }

    boolean trained(int row, int column) {
        return get(MASK)[row][column] == 1;
    }

    int tokens(int row) {
        return (int) Arrays.stream(get(MASK)[row]).sum();
    }

    int[] tokensOfRows() {
        int[] tokens = new int[rows()];
        Arrays.setAll(tokens, this::tokens);
        return tokens;
    }

    /** Some of the rows, in the given order. */
    Grid rows(int... which) {
        Map<String, double[][]> some = new LinkedHashMap<>();
        arrays.forEach((name, array) -> some.put(
                name, Arrays.stream(which).mapToObj(row -> array[row].clone()).toArray(double[][]::new)));
        return new Grid(some);
    }

    /** The trained tokens of one row alone. */
    Grid trainedOf(int row) {
        Map<String, double[][]> some = new LinkedHashMap<>();
        arrays.forEach((name, array) -> some.put(name, new double[][] {trained(row, array[row])}));
        return new Grid(some);
    }

    double[] trained(int row, double[] values) {
        double[] kept = new double[tokens(row)];
        int next = 0;
        for (int t = 0; t < values.length; t++) {
            if (trained(row, t)) {
                kept[next++] = values[t];
            }
        }
        return kept;
    }

    /** The same with one array changed where the mask is as given. */
    Grid change(String name, boolean whereTrained, DoubleUnaryOperator change) {
        Map<String, double[][]> changed = new LinkedHashMap<>(arrays);
        double[][] array = Arrays.stream(get(name)).map(double[]::clone).toArray(double[][]::new);
        for (int row = 0; row < rows(); row++) {
            for (int t = 0; t < columns(); t++) {
                array[row][t] = trained(row, t) == whereTrained ? change.applyAsDouble(array[row][t]) : array[row][t];
            }
        }
        changed.put(name, array);
        return new Grid(changed);
    }

    /** The same with one array replaced. */
    Grid with(String name, double[][] array) {
        Map<String, double[][]> changed = new LinkedHashMap<>(arrays);
        changed.put(name, array);
        return new Grid(changed);
    }
}
