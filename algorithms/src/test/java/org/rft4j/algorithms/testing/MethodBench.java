package org.rft4j.algorithms.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.ModelOutputs;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.loss.WindowTotals;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.Estimate;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.DeviceChoice;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;

/** Estimates a round and takes loss and gradients of one optimiser step on all of it, as a trainer would. */
public final class MethodBench {
    private static final TensorEngine ENGINE = TensorEngine.start(new EngineOptions(
            DeviceChoice.parse(System.getProperty("rft4j.device", "cpu")), Integer.getInteger("rft4j.threads", 2)));

    private static final List<String> LEAVES = List.of(RowBatch.LOG_PROBS, RowBatch.VALUES, RowBatch.ENTROPIES);

    private MethodBench() {}

    /**
     * What came of it.
     *
     * @param estimate of the round
     * @param loss of the optimiser step
     * @param gradients [rows][T] of the loss, by name
     * @param metrics of the step; none in float64, in which they are not told
     */
    public record Outcome(
            Estimate estimate,
            double loss,
            Map<String, double[][]> gradients,
            Map<String, LossMetrics.Number> metrics) {
        /**
         * A gradient.
         *
         * @param name with respect to what
         * @return [rows][T]
         */
        public double[][] gradient(String name) {
            return Objects.requireNonNull(gradients.get(name), name);
        }

        /**
         * A metric of estimate or step.
         *
         * @param name which
         * @return its value
         */
        public double metric(String name) {
            Double estimated = estimate.metrics().get(name);
            return estimated != null
                    ? estimated
                    : Objects.requireNonNull(metrics.get(name), name).value();
        }

        /**
         * A column.
         *
         * @param name which
         * @return [rows][tokens]
         */
        public float[][] column(String name) {
            return Objects.requireNonNull(estimate.columns().get(new TokenColumn(name)), name);
        }
    }

    /**
     * Takes all rows as one micro-batch, in float64.
     *
     * @param algorithm what is tried
     * @param batch on what
     * @return loss and gradients
     */
    public static Outcome run(Algorithm algorithm, RowBatch batch) {
        int[] all = IntStream.range(0, batch.specs().size()).toArray();
        return run(algorithm, batch, DataType.FLOAT64, new int[][] {all});
    }

    /**
     * Takes micro-batches one after the other.
     *
     * @param algorithm what is tried
     * @param batch on what
     * @param type in which numbers are computed
     * @param split rows of each micro-batch
     * @return sums of losses and gradients
     */
    public static Outcome run(Algorithm algorithm, RowBatch batch, DataType type, int[][] split) {
        Estimate estimate = algorithm.estimate(batch.rows(), batch.scores());
        int[] counts = Arrays.stream(estimate.trained())
                .mapToInt(row ->
                        (int) IntStream.range(0, row.length).filter(t -> row[t]).count())
                .toArray();
        Step step = new Step(algorithm, batch, estimate, algorithm.weights().of(counts), WindowTotals.of(counts));
        for (int[] rows : split) {
            step.take(rows, type);
        }
        return new Outcome(estimate, step.loss, step.gradients, step.metrics);
    }

    private static final class Step {
        private final Algorithm algorithm;
        private final RowBatch batch;
        private final Estimate estimate;
        private final double[] weights;
        private final WindowTotals totals;
        private final Map<String, double[][]> gradients = new LinkedHashMap<>();
        private final Map<String, LossMetrics.Number> metrics = new LinkedHashMap<>();
        private double loss;

        private Step(Algorithm algorithm, RowBatch batch, Estimate estimate, double[] weights, WindowTotals totals) {
            this.algorithm = algorithm;
            this.batch = batch;
            this.estimate = estimate;
            this.weights = weights;
            this.totals = totals;
            LEAVES.forEach(name -> gradients.put(name, new double[weights.length][]));
        }

        @SuppressWarnings("try") // a recording is closed, not used
        private void take(int[] rows, DataType type) {
            try (NativeScope scope = ENGINE.openScope()) {
                NDManager manager = scope.manager();
                Map<String, NDArray> leaves = new LinkedHashMap<>();
                for (String name : LEAVES) {
                    NDArray leaf = array(manager, type, rows, masked(batch.get(name)));
                    leaf.setRequiresGradient(true);
                    leaves.put(name, leaf);
                }
                LossResult result;
                try (Autograd.Recording recording = Autograd.record()) {
                    result = algorithm.loss(input(manager, type, rows, leaves));
                    Autograd.backward(result.loss());
                }
                loss += result.loss().toType(DataType.FLOAT64, true).toDoubleArray()[0];
                leaves.forEach((name, leaf) -> scatter(name, rows, leaf));
                if (type == DataType.FLOAT32) {
                    LossMetrics.join(metrics, result.metrics().read());
                }
            }
        }

        private LossInput input(NDManager manager, DataType type, int[] rows, Map<String, NDArray> leaves) {
            double[][] mask = new double[weights.length][];
            double[][] weight = new double[weights.length][];
            for (int row = 0; row < mask.length; row++) {
                mask[row] = new double[width()];
                weight[row] = new double[width()];
                for (int t = 0; t < estimate.trained()[row].length; t++) {
                    mask[row][t] = estimate.trained()[row][t] ? 1 : 0;
                    weight[row][t] = mask[row][t] * weights[row];
                }
            }
            Map<TokenColumn, NDArray> columns = new LinkedHashMap<>();
            columns.put(TokenColumn.OLD_LOG_PROB, array(manager, type, rows, masked(batch.get(RowBatch.OLD))));
            estimate.columns()
                    .forEach((column, ragged) ->
                            columns.put(column, array(manager, type, rows, masked(doubles(ragged)))));
            return new LossInput(
                    new ModelOutputs(
                            Objects.requireNonNull(leaves.get(RowBatch.LOG_PROBS)),
                            leaves.get(RowBatch.ENTROPIES),
                            leaves.get(RowBatch.VALUES),
                            null),
                    array(manager, type, rows, mask),
                    array(manager, type, rows, weight),
                    columns,
                    IntStream.range(0, rows.length).toArray(),
                    totals);
        }

        private int width() {
            return batch.get(RowBatch.LOG_PROBS)[0].length;
        }

        private double[][] masked(double[][] grid) {
            double[][] masked = new double[grid.length][width()];
            for (int row = 0; row < grid.length; row++) {
                for (int t = 0; t < estimate.trained()[row].length; t++) {
                    masked[row][t] = estimate.trained()[row][t] ? grid[row][t] : 0;
                }
            }
            return masked;
        }

        private static double[][] doubles(float[][] ragged) {
            return Arrays.stream(ragged)
                    .map(row -> IntStream.range(0, row.length)
                            .mapToDouble(t -> row[t])
                            .toArray())
                    .toArray(double[][]::new);
        }

        private NDArray array(NDManager manager, DataType type, int[] rows, double[][] grid) {
            double[] flat = Arrays.stream(rows)
                    .mapToObj(row -> grid[row])
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
            NDArray array = manager.create(flat, new Shape(rows.length, width()));
            return type == DataType.FLOAT64 ? array : array.toType(type, true);
        }

        private void scatter(String name, int[] rows, NDArray leaf) {
            NDArray arrived = leaf.hasGradient() ? gradientOf(leaf) : leaf.zerosLike();
            double[] flat = arrived.toType(DataType.FLOAT64, true).toDoubleArray();
            double[][] into = Objects.requireNonNull(gradients.get(name));
            for (int n = 0; n < rows.length; n++) {
                into[rows[n]] = Arrays.copyOfRange(flat, n * width(), (n + 1) * width());
            }
        }

        private static NDArray gradientOf(NDArray leaf) {
            Autograd.defineGradient(leaf);
            return leaf.getGradient();
        }
    }
}
