package org.rft4j.algorithms.likelihood;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.rft4j.algorithms.testing.Tensors;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.ModelOutputs;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.loss.WindowTotals;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.WindowRows;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.random.KeyedRandom;

/** Takes loss and gradients of an optimiser step as a trainer would: the whole step first, then micro-batches. */
record LikelihoodBench(
        Objective objective,
        LikelihoodBatch batch,
        DataType type,
        int[][] split,
        boolean leftPadded,
        boolean skipSilent) {
    /** What came of it; gradients are [rows][tokens of the row]. */
    record Outcome(
            double loss,
            double[][] ofLogProbs,
            double[][] ofDivergences,
            Map<String, LossMetrics.Number> metrics,
            int skipped) {
        double metric(String name) {
            return Objects.requireNonNull(metrics.get(name), name).value();
        }
    }

    /** In float64, as one micro-batch. */
    static LikelihoodBench of(Objective objective, LikelihoodBatch batch) {
        return new LikelihoodBench(objective, batch, DataType.FLOAT64, new int[][] {batch.all()}, false, false);
    }

    static Outcome run(Objective objective, LikelihoodBatch batch) {
        return of(objective, batch).run();
    }

    LikelihoodBench float32() {
        return new LikelihoodBench(objective, batch, DataType.FLOAT32, split, leftPadded, skipSilent);
    }

    LikelihoodBench split(int[]... microBatches) {
        return new LikelihoodBench(objective, batch, type, microBatches, leftPadded, skipSilent);
    }

    LikelihoodBench padLeft() {
        return new LikelihoodBench(objective, batch, type, split, true, skipSilent);
    }

    LikelihoodBench skippingSilent() {
        return new LikelihoodBench(objective, batch, type, split, leftPadded, true);
    }

    Outcome run() {
        boolean[][] trained =
                batch.rows().stream().map(LikelihoodBatch.Row::trained).toArray(boolean[][]::new);
        Map<TokenColumn, float[][]> columns = given();
        int[] units = batch.rows().stream().mapToInt(LikelihoodBatch.Row::unit).toArray();
        columns.putAll(
                objective.window(new WindowRows(trained, columns, units, Optional.empty(), KeyedRandom.ofSeed(1))));
        return new Step(this, trained, units, columns).take();
    }

    /** As {@code TrainingBatch} holds them: of each token, trained or not. */
    private Map<TokenColumn, float[][]> given() {
        Map<TokenColumn, float[][]> columns = new LinkedHashMap<>();
        columns.put(TokenColumn.WEIGHT, floats(LikelihoodBatch.WEIGHTS));
        columns.put(TokenColumn.REWARD, spread(LikelihoodBatch.Row::reward));
        columns.put(TokenColumn.ADVANTAGE, spread(LikelihoodBatch.Row::advantage));
        if (objective.needs().reference()) {
            columns.put(TokenColumn.REFERENCE_LOG_PROB, floats(LikelihoodBatch.REFERENCE));
        }
        return columns;
    }

    private float[][] floats(String grid) {
        float[][] values = new float[batch.rows().size()][];
        for (int row = 0; row < values.length; row++) {
            values[row] = new float[batch.rows().get(row).trained().length];
            for (int t = 0; t < values[row].length; t++) {
                values[row][t] = (float) batch.get(grid)[row][t];
            }
        }
        return values;
    }

    private float[][] spread(java.util.function.ToDoubleFunction<LikelihoodBatch.Row> number) {
        return batch.rows().stream()
                .map(row -> {
                    float[] beside = new float[row.trained().length];
                    Arrays.fill(beside, (float) number.applyAsDouble(row));
                    return beside;
                })
                .toArray(float[][]::new);
    }

    /** The micro-batches. */
    private static final class Step {
        private final LikelihoodBench bench;
        private final boolean[][] trained;
        private final int[] units;
        private final Map<TokenColumn, float[][]> columns;
        private final double[] weights;
        private final boolean[] silent;
        private final WindowTotals totals;
        private final double[][] ofLogProbs;
        private final double[][] ofDivergences;
        private final Map<String, LossMetrics.Number> metrics = new LinkedHashMap<>();
        private double loss;

        private Step(LikelihoodBench bench, boolean[][] trained, int[] units, Map<TokenColumn, float[][]> columns) {
            this.bench = bench;
            this.trained = trained;
            this.units = units;
            this.columns = columns;
            int[] counts = Arrays.stream(trained)
                    .mapToInt(row -> (int)
                            IntStream.range(0, row.length).filter(t -> row[t]).count())
                    .toArray();
            weights = bench.objective.weights().of(counts);
            silent = new boolean[trained.length];
            for (int row = 0; row < silent.length; row++) {
                silent[row] = bench.skipSilent && isSilent(row);
            }
            int[] run = IntStream.range(0, counts.length)
                    .filter(row -> !silent[row])
                    .toArray();
            totals = WindowTotals.of(
                    IntStream.of(run).map(row -> counts[row]).toArray(),
                    IntStream.of(run).map(row -> units[row]).toArray());
            ofLogProbs = zeros();
            ofDivergences = zeros();
        }

        private double[][] zeros() {
            return Arrays.stream(trained).map(row -> new double[row.length]).toArray(double[][]::new);
        }

        private boolean isSilent(int row) {
            Map<TokenColumn, float[]> ofRow = new LinkedHashMap<>();
            columns.forEach((column, values) -> ofRow.put(column, values[row]));
            return bench.objective.isSilent(ofRow, trained[row]);
        }

        private Outcome take() {
            for (int[] part : bench.split) {
                int[] rows = IntStream.of(part).filter(row -> !silent[row]).toArray();
                if (rows.length > 0) {
                    take(rows);
                }
            }
            int skipped = (int)
                    IntStream.range(0, silent.length).filter(row -> silent[row]).count();
            return new Outcome(loss, ofLogProbs, ofDivergences, metrics, skipped);
        }

        @SuppressWarnings("try") // a recording is closed, not used
        private void take(int[] rows) {
            try (NativeScope scope = Tensors.scope()) {
                NDArray logProbs = leaf(scope.manager(), rows, bench.batch.get(LikelihoodBatch.LOG_PROBS));
                NDArray divergences = leaf(scope.manager(), rows, bench.batch.get(LikelihoodBatch.DIVERGENCES));
                LossResult result;
                try (Autograd.Recording recording = Autograd.record()) {
                    result = bench.objective.loss(input(scope.manager(), rows, logProbs, divergences));
                    Autograd.backward(result.loss());
                }
                loss += result.loss().toType(DataType.FLOAT64, true).toDoubleArray()[0];
                LossMetrics.join(metrics, result.metrics().read());
                scatter(rows, logProbs, ofLogProbs);
                scatter(rows, divergences, ofDivergences);
            }
        }

        private LossInput input(NDManager manager, int[] rows, NDArray logProbs, NDArray divergences) {
            double[][] ones = zeros();
            double[][] weight = zeros();
            for (int row : rows) {
                Arrays.fill(ones[row], 1);
                Arrays.fill(weight[row], weights[row]);
            }
            Map<TokenColumn, NDArray> uploaded = new LinkedHashMap<>();
            columns.forEach((column, values) -> uploaded.put(column, array(manager, rows, doubles(values))));
            boolean divergence = bench.objective.needs().divergence().isPresent();
            return new LossInput(
                    new ModelOutputs(logProbs, null, null, divergence ? divergences : null),
                    array(manager, rows, ones),
                    array(manager, rows, weight),
                    uploaded,
                    dense(rows),
                    totals);
        }

        private int[] dense(int[] rows) {
            int[] dense = new int[rows.length];
            for (int b = 1; b < rows.length; b++) {
                dense[b] = dense[b - 1] + (units[rows[b]] == units[rows[b - 1]] ? 0 : 1);
            }
            return dense;
        }

        private NDArray leaf(NDManager manager, int[] rows, double[][] grid) {
            NDArray leaf = array(manager, rows, grid);
            leaf.setRequiresGradient(true);
            return leaf;
        }

        /** [B,T] of some rows, 0 where the mask is 0. */
        private NDArray array(NDManager manager, int[] rows, double[][] grid) {
            int width = width(rows);
            double[][] values = new double[rows.length][width];
            for (int b = 0; b < rows.length; b++) {
                for (int t = 0; t < trained[rows[b]].length; t++) {
                    if (trained[rows[b]][t]) {
                        values[b][start(rows[b], width) + t] = grid[rows[b]][t];
                    }
                }
            }
            return Tensors.array(manager, values, bench.type);
        }

        private int width(int[] rows) {
            return IntStream.of(rows).map(row -> trained[row].length).max().orElse(0);
        }

        private int start(int row, int width) {
            return bench.leftPadded ? width - trained[row].length : 0;
        }

        private static double[][] doubles(float[][] ragged) {
            return Arrays.stream(ragged)
                    .map(row -> IntStream.range(0, row.length)
                            .mapToDouble(t -> row[t])
                            .toArray())
                    .toArray(double[][]::new);
        }

        private void scatter(int[] rows, NDArray leaf, double[][] into) {
            NDArray arrived = Autograd.gradientOf(leaf);
            if (arrived == null) {
                return;
            }
            double[][] found = Tensors.host(arrived);
            int width = width(rows);
            for (int b = 0; b < rows.length; b++) {
                System.arraycopy(found[b], start(rows[b], width), into[rows[b]], 0, into[rows[b]].length);
            }
        }
    }
}
