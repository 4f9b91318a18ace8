package org.rft4j.algorithms.likelihood;

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
import java.util.Objects;
import java.util.stream.IntStream;

/** Rows of an optimiser step: {@code golden/likelihood.json}, or made by hand. Grids are [rows][T], with numbers of no meaning outside of masks. */
record LikelihoodBatch(List<Row> rows, Map<String, double[][]> grids) {
    static final String LOG_PROBS = "logProbs";
    static final String REFERENCE = "referenceLogProbs";
    static final String DIVERGENCES = "divergences";
    static final String WEIGHTS = "weights";

    /** A sequence. */
    record Row(boolean[] trained, int unit, double reward, double advantage) {
        Row withUnit(int other) {
            return new Row(trained, other, reward, advantage);
        }

        Row withReward(double other) {
            return new Row(trained, unit, other, advantage);
        }

        Row withAdvantage(double other) {
            return new Row(trained, unit, reward, other);
        }
    }

    static JsonNode read(String file) {
        try (InputStream json = LikelihoodBatch.class.getResourceAsStream("/golden/" + file)) {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static LikelihoodBatch golden() {
        JsonNode file = read("likelihood.json");
        List<Row> rows = new ArrayList<>();
        for (JsonNode row : file.required("rows")) {
            JsonNode mask = row.required("mask");
            boolean[] trained = new boolean[mask.size()];
            IntStream.range(0, trained.length)
                    .forEach(t -> trained[t] = mask.get(t).intValue() == 1);
            rows.add(new Row(
                    trained,
                    row.required("unit").intValue(),
                    row.required("reward").doubleValue(),
                    row.required("advantage").doubleValue()));
        }
        Map<String, double[][]> grids = new LinkedHashMap<>();
        file.required("inputs").properties().forEach(entry -> grids.put(entry.getKey(), grid(entry.getValue())));
        return new LikelihoodBatch(rows, grids);
    }

    /** A prompt token and then trained ones with these log-probs; each row a unit of its own, weight, reward and advantage 1, the reference the policy. */
    static LikelihoodBatch of(double[]... logProbs) {
        int width = Arrays.stream(logProbs).mapToInt(row -> row.length).max().orElse(0) + 1;
        List<Row> rows = new ArrayList<>();
        double[][] grid = new double[logProbs.length][width];
        double[][] ones = new double[logProbs.length][width];
        for (int row = 0; row < logProbs.length; row++) {
            boolean[] trained = new boolean[logProbs[row].length + 1];
            Arrays.fill(trained, 1, trained.length, true);
            System.arraycopy(logProbs[row], 0, grid[row], 1, logProbs[row].length);
            Arrays.fill(ones[row], 1);
            rows.add(new Row(trained, row, 1, 1));
        }
        return new LikelihoodBatch(
                rows,
                Map.of(
                        LOG_PROBS, grid,
                        REFERENCE, grid,
                        DIVERGENCES, new double[logProbs.length][width],
                        WEIGHTS, ones));
    }

    static double[][] grid(JsonNode rows) {
        return rows.valueStream()
                .map(row -> row.valueStream().mapToDouble(JsonNode::doubleValue).toArray())
                .toArray(double[][]::new);
    }

    double[][] get(String grid) {
        return Objects.requireNonNull(grids.get(grid), grid);
    }

    LikelihoodBatch with(String grid, double[][] values) {
        Map<String, double[][]> more = new LinkedHashMap<>(grids);
        more.put(grid, values);
        return new LikelihoodBatch(rows, more);
    }

    LikelihoodBatch moved(String grid, int row, int t, double step) {
        double[][] values = Arrays.stream(get(grid)).map(double[]::clone).toArray(double[][]::new);
        values[row][t] += step;
        return with(grid, values);
    }

    LikelihoodBatch with(Row... others) {
        return new LikelihoodBatch(List.of(others), grids);
    }

    /** Other numbers of the rows. */
    LikelihoodBatch mapped(java.util.function.UnaryOperator<Row> change) {
        return new LikelihoodBatch(rows.stream().map(change).toList(), grids);
    }

    LikelihoodBatch inOneUnit() {
        return mapped(row -> row.withUnit(0));
    }

    LikelihoodBatch withRewards(double... rewards) {
        List<Row> changed = new ArrayList<>();
        for (int row = 0; row < rewards.length; row++) {
            changed.add(rows.get(row).withReward(rewards[row]));
        }
        return new LikelihoodBatch(changed, grids);
    }

    /** Some rows in another order. */
    LikelihoodBatch rows(int... order) {
        Map<String, double[][]> moved = new LinkedHashMap<>();
        grids.forEach((name, grid) ->
                moved.put(name, IntStream.of(order).mapToObj(row -> grid[row]).toArray(double[][]::new)));
        return new LikelihoodBatch(IntStream.of(order).mapToObj(rows::get).toList(), moved);
    }

    int[] all() {
        return IntStream.range(0, rows.size()).toArray();
    }
}
