package org.rft4j.algorithms.preference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.rft4j.core.loss.TokenColumn;

/**
 * Rows of pairs, or of triples, as a loss gets them.
 *
 * @param rowsOfUnit 2 or 3
 * @param logProbs [rows][T] of the policy
 * @param trained [rows][T]
 * @param columns [rows][T] each
 */
record PairRows(int rowsOfUnit, double[][] logProbs, boolean[][] trained, Map<TokenColumn, double[][]> columns) {
    /** The file that {@code src/test/golden/generate_preference.py} writes. */
    static JsonNode file() {
        try (InputStream json = PairRows.class.getResourceAsStream("/golden/preference.json")) {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static double[] numbers(JsonNode array) {
        return array.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
    }

    static double[][] grid(JsonNode rows) {
        return rows.valueStream().map(PairRows::numbers).toArray(double[][]::new);
    }

    /**
     * The rows of the golden file.
     *
     * @param rowsOfUnit 2 leaves out gold answers
     * @param prompt whether chosen rows train their prompts
     */
    static PairRows golden(int rowsOfUnit, boolean prompt) {
        JsonNode file = file();
        List<String> kinds =
                file.required("rows").valueStream().map(JsonNode::textValue).toList();
        double[] margins = numbers(file.required("margins"));
        double[] others = numbers(file.required("others"));
        JsonNode inputs = file.required("inputs");
        int[] rows = IntStream.range(0, kinds.size())
                .filter(row -> row % 3 < rowsOfUnit)
                .toArray();
        int width = numbers(inputs.required("old").get(0)).length;
        boolean[][] trained = new boolean[rows.length][width];
        double[][] response = new double[rows.length][width];
        for (int n = 0; n < rows.length; n++) {
            for (int t = 1; t < kinds.get(rows[n]).length(); t++) {
                char kind = kinds.get(rows[n]).charAt(t);
                response[n][t] = kind == 'r' ? 1 : 0;
                trained[n][t] = kind == 'r' || (prompt && rows[n] % 3 == 0 && kind == 'P');
            }
        }
        Map<TokenColumn, double[][]> columns = new LinkedHashMap<>();
        columns.put(TokenColumn.REFERENCE_LOG_PROB, select(grid(inputs.required("references")), rows));
        columns.put(TokenColumn.OLD_LOG_PROB, select(grid(inputs.required("old")), rows));
        columns.put(TokenColumn.LOG_SQUARE_SUM, select(grid(inputs.required("squareSums")), rows));
        columns.put(TokenColumn.MARGIN, spread(rows, row -> margins[row / 3], width));
        columns.put(Modpo.OTHER_REWARDS, spread(rows, row -> others[row], width));
        if (prompt) {
            columns.put(TokenColumn.RESPONSE, response);
        }
        return new PairRows(rowsOfUnit, select(grid(inputs.required("logProbs")), rows), trained, columns);
    }

    /** Rows of answers whose tokens are all equally likely. Each is {tokens, log-prob of a token, reference's log-prob of a token}. */
    static PairRows uniform(int rowsOfUnit, double[]... answers) {
        int width = 1
                + (int) Arrays.stream(answers)
                        .mapToDouble(answer -> answer[0])
                        .max()
                        .orElseThrow();
        double[][] logProbs = new double[answers.length][width];
        double[][] references = new double[answers.length][width];
        boolean[][] trained = new boolean[answers.length][width];
        for (int row = 0; row < answers.length; row++) {
            int end = 1 + (int) answers[row][0];
            Arrays.fill(trained[row], 1, end, true);
            Arrays.fill(logProbs[row], 1, end, answers[row][1]);
            Arrays.fill(references[row], 1, end, answers[row][2]);
        }
        return new PairRows(rowsOfUnit, logProbs, trained, Map.of(TokenColumn.REFERENCE_LOG_PROB, references));
    }

    private static double[][] spread(int[] rows, java.util.function.IntToDoubleFunction number, int width) {
        return IntStream.of(rows)
                .mapToObj(row -> {
                    double[] beside = new double[width];
                    Arrays.fill(beside, number.applyAsDouble(row));
                    return beside;
                })
                .toArray(double[][]::new);
    }

    static double[][] select(double[][] grid, int[] rows) {
        return IntStream.of(rows).mapToObj(row -> grid[row].clone()).toArray(double[][]::new);
    }

    int units() {
        return logProbs.length / rowsOfUnit;
    }

    double[][] column(TokenColumn column) {
        return Objects.requireNonNull(columns.get(column), column.name());
    }

    PairRows withLogProbs(double[][] others) {
        return new PairRows(rowsOfUnit, others, trained, columns);
    }

    PairRows with(TokenColumn column, double[][] values) {
        Map<TokenColumn, double[][]> more = new LinkedHashMap<>(columns);
        more.put(column, values);
        return new PairRows(rowsOfUnit, logProbs, trained, more);
    }

    /** The same number beside all tokens of a row. */
    PairRows withNumbers(TokenColumn column, double... ofRows) {
        int[] rows = IntStream.range(0, ofRows.length).toArray();
        return with(column, spread(rows, row -> ofRows[row], logProbs[0].length));
    }

    PairRows without(TokenColumn column) {
        Map<TokenColumn, double[][]> fewer = new LinkedHashMap<>(columns);
        fewer.remove(column);
        return new PairRows(rowsOfUnit, logProbs, trained, fewer);
    }

    /** Units in another order, or some of them. */
    PairRows units(int... order) {
        int[] rows = rowsOf(order);
        Map<TokenColumn, double[][]> moved = new LinkedHashMap<>();
        columns.forEach((column, values) -> moved.put(column, select(values, rows)));
        boolean[][] masks =
                IntStream.of(rows).mapToObj(row -> trained[row].clone()).toArray(boolean[][]::new);
        return new PairRows(rowsOfUnit, select(logProbs, rows), masks, moved);
    }

    int[] rowsOf(int... order) {
        return IntStream.of(order)
                .flatMap(unit -> IntStream.range(unit * rowsOfUnit, (unit + 1) * rowsOfUnit))
                .toArray();
    }

    /** Rows that end together instead of beginning together. */
    PairRows paddedLeft() {
        Map<TokenColumn, double[][]> moved = new LinkedHashMap<>();
        columns.forEach((column, values) -> moved.put(column, toTheRight(values)));
        boolean[][] masks = new boolean[trained.length][];
        for (int row = 0; row < masks.length; row++) {
            masks[row] = new boolean[trained[row].length];
            for (int t = shift(row); t < masks[row].length; t++) {
                masks[row][t] = trained[row][t - shift(row)];
            }
        }
        return new PairRows(rowsOfUnit, toTheRight(logProbs), masks, moved);
    }

    double[][] toTheRight(double[][] grid) {
        double[][] moved = new double[grid.length][];
        for (int row = 0; row < grid.length; row++) {
            moved[row] = new double[grid[row].length];
            System.arraycopy(grid[row], 0, moved[row], shift(row), grid[row].length - shift(row));
        }
        return moved;
    }

    private int shift(int row) {
        int last = trained[row].length - 1;
        while (!trained[row][last]) {
            last--;
        }
        return trained[row].length - 1 - last;
    }
}
