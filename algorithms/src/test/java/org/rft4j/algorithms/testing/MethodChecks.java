package org.rft4j.algorithms.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.rft4j.algorithms.testing.MethodBench.Outcome;
import org.rft4j.core.training.Algorithm;

/** What every algorithm must hold, whatever it computes. */
public final class MethodChecks {
    /** Columns are floats, all else is float64. */
    public static final double TOLERANCE_COLUMNS = 1e-6;

    /** The same in float32 throughout. */
    public static final double TOLERANCE_F32 = 1e-5;

    private static final double TOLERANCE_F64 = 1e-12;
    private static final double STEP = 1e-6;
    private static final double TOLERANCE_DIFFERENCES = 1e-7;

    private MethodChecks() {}

    /**
     * Columns, loss, gradients and metrics are those of the golden file.
     *
     * @param algorithm makes a fresh one
     * @param expected a case of {@code golden/methods.json}
     */
    public static void matchesGolden(Supplier<Algorithm> algorithm, JsonNode expected) {
        RowBatch batch = RowBatch.golden();
        Outcome exact = MethodBench.run(algorithm.get(), batch);
        expected.required("columns").properties().forEach(column -> {
            double[][] wanted = RowBatch.grid(column.getValue());
            float[][] found = exact.column(column.getKey());
            for (int row = 0; row < found.length; row++) {
                for (int t = 0; t < found[row].length; t++) {
                    if (exact.estimate().trained()[row][t]) {
                        assertThat(found[row][t])
                                .as(column.getKey() + " of token " + t + " of row " + row)
                                .isCloseTo((float) wanted[row][t], within((float) TOLERANCE_COLUMNS));
                    }
                }
            }
        });
        assertThat(exact.loss()).isCloseTo(expected.required("loss").doubleValue(), within(TOLERANCE_COLUMNS));
        expected.required("gradients")
                .properties()
                .forEach(entry -> assertSame(
                        entry.getKey(),
                        exact.gradient(entry.getKey()),
                        RowBatch.grid(entry.getValue()),
                        TOLERANCE_COLUMNS));
        Outcome single = MethodBench.run(algorithm.get(), batch, DataType.FLOAT32, whole(batch));
        expected.required("metrics")
                .properties()
                .forEach(metric -> assertThat(single.metric(metric.getKey()))
                        .as(metric.getKey())
                        .isCloseTo(metric.getValue().doubleValue(), within(TOLERANCE_F32)));
    }

    /**
     * Gradients are those of the loss.
     *
     * @param algorithm makes a fresh one, with a loss without jumps and without stop-gradients
     * @param leaf of what
     * @param batch where no token is at a bend
     */
    public static void gradientsAreDifferences(Supplier<Algorithm> algorithm, String leaf, RowBatch batch) {
        double[][] gradient = MethodBench.run(algorithm.get(), batch).gradient(leaf);
        for (int row = 0; row < batch.specs().size(); row++) {
            for (int t = 1; t < batch.specs().get(row).mask().length; t++) {
                double above = lossWith(algorithm.get(), batch, leaf, row, t, STEP);
                double below = lossWith(algorithm.get(), batch, leaf, row, t, -STEP);
                assertThat((above - below) / (2 * STEP))
                        .as(leaf + " " + t + " of row " + row)
                        .isCloseTo(gradient[row][t], within(TOLERANCE_DIFFERENCES));
            }
        }
    }

    private static double lossWith(Algorithm algorithm, RowBatch batch, String leaf, int row, int t, double step) {
        double[][] moved = copy(batch.get(leaf));
        moved[row][t] += step;
        return MethodBench.run(algorithm, batch.with(leaf, moved)).loss();
    }

    /**
     * Micro-batches and their order change nothing.
     *
     * @param algorithm makes a fresh one
     * @param batch of ten rows
     */
    public static void splitsDoNotMatter(Supplier<Algorithm> algorithm, RowBatch batch) {
        Outcome whole = MethodBench.run(algorithm.get(), batch);
        Outcome split = MethodBench.run(
                algorithm.get(), batch, DataType.FLOAT64, new int[][] {{9}, {3, 0}, {5}, {1, 2, 8}, {7, 4}, {6}});
        assertThat(split.loss()).isCloseTo(whole.loss(), within(TOLERANCE_F64));
        whole.gradients().forEach((name, gradient) -> assertSame(name, split.gradient(name), gradient, TOLERANCE_F64));
        Map<String, Double> told = told(MethodBench.run(algorithm.get(), batch, DataType.FLOAT32, whole(batch)));
        Map<String, Double> toldInParts = told(MethodBench.run(
                algorithm.get(), batch, DataType.FLOAT32, new int[][] {{9, 8, 7, 6, 5}, {4, 3, 2, 1, 0}}));
        assertThat(toldInParts).containsOnlyKeys(told.keySet());
        told.forEach(
                (name, value) -> assertThat(toldInParts.get(name)).as(name).isCloseTo(value, within(TOLERANCE_F32)));
    }

    private static Map<String, Double> told(Outcome outcome) {
        return outcome.metrics().entrySet().stream()
                .collect(java.util.stream.Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().value()));
    }

    /**
     * The order of rows changes nothing but the order of gradients.
     *
     * @param algorithm makes a fresh one
     * @param batch of ten rows
     */
    public static void orderDoesNotMatter(Supplier<Algorithm> algorithm, RowBatch batch) {
        int[] order = {4, 9, 0, 7, 2, 5, 8, 1, 6, 3};
        Outcome straight = MethodBench.run(algorithm.get(), batch);
        Outcome shuffled = MethodBench.run(algorithm.get(), batch.rows(order));
        assertThat(shuffled.loss()).isCloseTo(straight.loss(), within(TOLERANCE_COLUMNS));
        straight.gradients().forEach((name, gradient) -> {
            double[][] moved =
                    IntStream.of(order).mapToObj(row -> gradient[row]).toArray(double[][]::new);
            assertSame(name, shuffled.gradient(name), moved, TOLERANCE_COLUMNS);
        });
    }

    /**
     * Tokens that are not trained might as well not be there.
     *
     * @param algorithm makes a fresh one
     * @param batch whose scores are single numbers
     */
    public static void gapsDoNotMatter(Supplier<Algorithm> algorithm, RowBatch batch) {
        Outcome masked = MethodBench.run(algorithm.get(), batch);
        Outcome closed = MethodBench.run(algorithm.get(), batch.withoutGaps());
        assertThat(closed.loss()).isCloseTo(masked.loss(), within(TOLERANCE_COLUMNS));
        masked.gradients()
                .forEach((name, gradient) ->
                        assertSame(name, closed.gradient(name), batch.closed(gradient), TOLERANCE_COLUMNS));
    }

    /**
     * Loss and gradients are finite, however far log-probs are.
     *
     * @param algorithm makes a fresh one
     * @param batch whose log-probs are replaced
     */
    public static void extremesStayFinite(Supplier<Algorithm> algorithm, RowBatch batch) {
        double[][] extreme = copy(batch.get(RowBatch.LOG_PROBS));
        double[] cycle = {0, -1e-30, -80, -1e4};
        for (int row = 0; row < extreme.length; row++) {
            for (int t = 0; t < extreme[row].length; t++) {
                extreme[row][t] = cycle[(row + t) % cycle.length];
            }
        }
        Outcome outcome = MethodBench.run(
                algorithm.get(), batch.with(RowBatch.LOG_PROBS, extreme), DataType.FLOAT32, whole(batch));
        assertThat(outcome.loss()).isFinite();
        for (double[][] gradient : outcome.gradients().values()) {
            for (double[] row : gradient) {
                assertThat(row).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
            }
        }
        outcome.metrics()
                .forEach((name, number) -> assertThat(number.value()).as(name).isFinite());
    }

    /**
     * Compares.
     *
     * @param what it is
     * @param found [rows][T]
     * @param wanted [rows][T]
     * @param tolerance largest distance
     */
    public static void assertSame(String what, double[][] found, double[][] wanted, double tolerance) {
        assertThat(found.length).isEqualTo(wanted.length);
        for (int row = 0; row < wanted.length; row++) {
            assertThat(found[row]).as(what + " of row " + row).containsExactly(wanted[row], within(tolerance));
        }
    }

    private static int[][] whole(RowBatch batch) {
        return new int[][] {IntStream.range(0, batch.specs().size()).toArray()};
    }

    private static double[][] copy(double[][] grid) {
        double[][] copy = new double[grid.length][];
        for (int row = 0; row < grid.length; row++) {
            copy[row] = grid[row].clone();
        }
        return copy;
    }
}
