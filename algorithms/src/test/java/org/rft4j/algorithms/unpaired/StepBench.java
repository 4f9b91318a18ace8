package org.rft4j.algorithms.unpaired;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
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

/** Takes an optimiser step as a trainer would: its window, and the losses and gradients of micro-batches. */
final class StepBench {
    /** Where the tokens of a row lie among the columns of a micro-batch. */
    enum Padding {
        LEFT,
        RIGHT
    }

    /** What came of a step; metrics are told in float32 alone. */
    record Outcome(double loss, double[][] gradient, Map<String, LossMetrics.Number> metrics) {
        double metric(String name) {
            return Objects.requireNonNull(metrics.get(name), name).value();
        }
    }

    private final Objective objective;
    private final StepRows rows;
    private final DataType type;
    private final Padding padding;
    private final Map<TokenColumn, double[][]> columns;
    private final double[][] gradient;
    private final Map<String, LossMetrics.Number> metrics = new LinkedHashMap<>();
    private double loss;

    private StepBench(
            Objective objective, StepRows rows, Map<TokenColumn, double[][]> window, DataType type, Padding padding) {
        this.objective = objective;
        this.rows = rows;
        this.type = type;
        this.padding = padding;
        this.columns = new LinkedHashMap<>(rows.columns());
        this.columns.putAll(window);
        this.gradient = Arrays.stream(rows.logProbs())
                .map(row -> new double[row.length])
                .toArray(double[][]::new);
    }

    /** One micro-batch, in float64. */
    static Outcome run(Objective objective, StepRows rows) {
        return run(objective, rows, window(objective, rows), DataType.FLOAT64, Padding.RIGHT, units(rows));
    }

    /** Micro-batches of some units each. */
    static Outcome run(
            Objective objective,
            StepRows rows,
            Map<TokenColumn, double[][]> window,
            DataType type,
            Padding padding,
            int[]... units) {
        StepBench step = new StepBench(objective, rows, window, type, padding);
        int[] run = IntStream.range(0, rows.units().length)
                .filter(row -> !rows.isCompared(row))
                .toArray();
        WindowTotals totals = WindowTotals.of(
                Arrays.stream(run).map(row -> count(rows.trained()[row])).toArray(),
                Arrays.stream(run).map(row -> rows.units()[row]).toArray());
        for (int[] part : units) {
            step.take(
                    Arrays.stream(rows.rowsOf(part))
                            .filter(row -> !rows.isCompared(row))
                            .toArray(),
                    totals);
        }
        return new Outcome(step.loss, step.gradient, step.metrics);
    }

    /** What the objective says before the step. */
    static Map<TokenColumn, double[][]> window(Objective objective, StepRows rows) {
        Map<TokenColumn, double[][]> columns = new LinkedHashMap<>();
        objective
                .window(rows.window(objective.needs().currentLogProbs()))
                .forEach((column, values) -> columns.put(column, doubles(values)));
        return columns;
    }

    /** All units as one micro-batch. */
    static int[] units(StepRows rows) {
        return Arrays.stream(rows.units()).distinct().toArray();
    }

    private static double[][] doubles(float[][] values) {
        return Arrays.stream(values)
                .map(row ->
                        IntStream.range(0, row.length).mapToDouble(t -> row[t]).toArray())
                .toArray(double[][]::new);
    }

    private static int count(boolean[] trained) {
        return (int) IntStream.range(0, trained.length).filter(t -> trained[t]).count();
    }

    @SuppressWarnings("try") // a recording is closed, not used
    private void take(int[] part, WindowTotals totals) {
        try (NativeScope scope = Tensors.scope()) {
            NDManager manager = scope.manager();
            NDArray leaf = array(manager, part, rows.logProbs());
            leaf.setRequiresGradient(true);
            LossResult result;
            try (Autograd.Recording recording = Autograd.record()) {
                result = objective.loss(input(manager, part, leaf, totals));
                Autograd.backward(result.loss());
            }
            loss += result.loss().toType(DataType.FLOAT64, true).toDoubleArray()[0];
            scatter(part, Tensors.host(leaf.getGradient().toType(DataType.FLOAT64, true)));
            if (type == DataType.FLOAT32) {
                LossMetrics.join(metrics, result.metrics().read());
            }
        }
    }

    private LossInput input(NDManager manager, int[] part, NDArray leaf, WindowTotals totals) {
        double[][] ones = new double[rows.trained().length][];
        for (int row = 0; row < ones.length; row++) {
            ones[row] = new double[rows.trained()[row].length];
            Arrays.fill(ones[row], 1);
        }
        NDArray mask = array(manager, part, ones);
        Map<TokenColumn, NDArray> uploaded = new LinkedHashMap<>();
        columns.forEach((column, values) -> uploaded.put(column, array(manager, part, values)));
        int[] units = new int[part.length];
        for (int b = 1; b < part.length; b++) {
            units[b] = units[b - 1] + (rows.units()[part[b]] == rows.units()[part[b - 1]] ? 0 : 1);
        }
        return new LossInput(ModelOutputs.of(leaf), mask, mask, uploaded, units, totals);
    }

    /** 0 where nothing is trained, as all that a loss sees. */
    private NDArray array(NDManager manager, int[] part, double[][] values) {
        double[][] grid = new double[part.length][width(part)];
        for (int b = 0; b < part.length; b++) {
            boolean[] trained = rows.trained()[part[b]];
            for (int t = 0; t < trained.length; t++) {
                grid[b][offset(part, b) + t] = trained[t] ? values[part[b]][t] : 0;
            }
        }
        return Tensors.array(manager, grid, type);
    }

    private int width(int[] part) {
        return Arrays.stream(part).map(row -> rows.trained()[row].length).max().orElse(1);
    }

    private int offset(int[] part, int b) {
        return padding == Padding.LEFT ? width(part) - rows.trained()[part[b]].length : 0;
    }

    private void scatter(int[] part, double[][] arrived) {
        for (int b = 0; b < part.length; b++) {
            System.arraycopy(arrived[b], offset(part, b), gradient[part[b]], 0, gradient[part[b]].length);
        }
    }
}
