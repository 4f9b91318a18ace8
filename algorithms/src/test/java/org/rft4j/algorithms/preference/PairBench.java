package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.rft4j.algorithms.testing.Tensors;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.ModelOutputs;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.loss.WindowTotals;
import org.rft4j.core.training.Objective;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.NativeScope;

/** Takes loss, gradient and metrics of an optimiser step on all of some rows, as a trainer would. */
final class PairBench {
    private PairBench() {}

    /**
     * What came of it.
     *
     * @param loss of the step
     * @param gradient [rows][T] with respect to log-probs
     * @param metrics of the step; none in float64, in which they are not told
     */
    record Outcome(double loss, double[][] gradient, Map<String, LossMetrics.Number> metrics) {
        double metric(String name) {
            return Objects.requireNonNull(metrics.get(name), name).value();
        }
    }

    /** All in one micro-batch, in float64. */
    static Outcome run(Objective objective, PairRows rows) {
        return run(objective, rows, DataType.FLOAT64, new int[][] {
            IntStream.range(0, rows.units()).toArray()
        });
    }

    /** All in one micro-batch, in float32. */
    static Outcome told(Objective objective, PairRows rows) {
        return run(objective, rows, DataType.FLOAT32, new int[][] {
            IntStream.range(0, rows.units()).toArray()
        });
    }

    /** Micro-batches of the units that are named. */
    static Outcome run(Objective objective, PairRows rows, DataType type, int[][] split) {
        Step step = new Step(objective, rows);
        for (int[] units : split) {
            step.take(units, type);
        }
        return new Outcome(step.loss, step.gradient, step.metrics);
    }

    private static final class Step {
        private final Objective objective;
        private final PairRows rows;
        private final double[] weights;
        private final WindowTotals totals;
        private final double[][] gradient;
        private final Map<String, LossMetrics.Number> metrics = new LinkedHashMap<>();
        private double loss;

        private Step(Objective objective, PairRows rows) {
            this.objective = objective;
            this.rows = rows;
            int[] counts = IntStream.range(0, rows.trained().length)
                    .map(row -> (int) IntStream.range(0, rows.trained()[row].length)
                            .filter(t -> rows.trained()[row][t])
                            .count())
                    .toArray();
            int[] units = IntStream.range(0, counts.length)
                    .map(row -> row / rows.rowsOfUnit())
                    .toArray();
            weights = objective.weights().of(counts);
            totals = WindowTotals.of(counts, units);
            gradient = new double[counts.length][];
        }

        @SuppressWarnings("try") // a recording is closed, not used
        private void take(int[] units, DataType type) {
            int[] part = rows.rowsOf(units);
            try (NativeScope scope = Tensors.scope()) {
                NDArray leaf = Tensors.array(scope.manager(), masked(rows.logProbs(), part), type);
                leaf.setRequiresGradient(true);
                LossResult result;
                try (Autograd.Recording recording = Autograd.record()) {
                    result = objective.loss(input(scope.manager(), part, type, leaf));
                    Autograd.backward(result.loss());
                }
                loss += result.loss().toType(DataType.FLOAT64, true).toDoubleArray()[0];
                double[][] arrived = Tensors.host(Objects.requireNonNull(Autograd.gradientOf(leaf)));
                for (int n = 0; n < part.length; n++) {
                    gradient[part[n]] = arrived[n];
                }
                if (type == DataType.FLOAT32) {
                    LossMetrics.join(metrics, result.metrics().read());
                }
            }
        }

        private LossInput input(NDManager manager, int[] part, DataType type, NDArray leaf) {
            double[][] mask = masked(filled(1), part);
            double[][] weight = masked(filled(1), part);
            for (int n = 0; n < part.length; n++) {
                for (int t = 0; t < weight[n].length; t++) {
                    weight[n][t] *= weights[part[n]];
                }
            }
            Map<TokenColumn, NDArray> columns = new LinkedHashMap<>();
            rows.columns()
                    .forEach((column, values) ->
                            columns.put(column, Tensors.array(manager, masked(values, part), type)));
            return new LossInput(
                    ModelOutputs.of(leaf),
                    Tensors.array(manager, mask, type),
                    Tensors.array(manager, weight, type),
                    columns,
                    IntStream.range(0, part.length)
                            .map(row -> row / rows.rowsOfUnit())
                            .toArray(),
                    totals);
        }

        private double[][] filled(double number) {
            double[][] grid = new double[rows.trained().length][rows.trained()[0].length];
            for (double[] row : grid) {
                java.util.Arrays.fill(row, number);
            }
            return grid;
        }

        private double[][] masked(double[][] grid, int[] part) {
            double[][] masked = PairRows.select(grid, part);
            for (int n = 0; n < part.length; n++) {
                for (int t = 0; t < masked[n].length; t++) {
                    masked[n][t] = rows.trained()[part[n]][t] ? masked[n][t] : 0;
                }
            }
            return masked;
        }
    }
}
