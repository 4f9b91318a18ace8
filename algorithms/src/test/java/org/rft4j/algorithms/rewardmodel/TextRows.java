package org.rft4j.algorithms.rewardmodel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
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

/**
 * Texts of different lengths with a reward at the last token of each.
 *
 * @param rewards of each text
 * @param numbers beside the tokens of each text
 * @param units which unit each text belongs to
 * @param leftPadded whether texts end in the last column
 */
record TextRows(double[] rewards, Map<TokenColumn, double[]> numbers, int[] units, boolean leftPadded) {
    private static final int COLUMNS = 6;

    /** Texts of pairs, the chosen one first. */
    static TextRows pairs(double... rewards) {
        return new TextRows(
                rewards,
                Map.of(),
                IntStream.range(0, rewards.length).map(row -> row / 2).toArray(),
                false);
    }

    /** Texts that stand each for itself. */
    static TextRows single(double... rewards) {
        return new TextRows(
                rewards, Map.of(), IntStream.range(0, rewards.length).toArray(), false);
    }

    TextRows with(TokenColumn column, double... ofTexts) {
        Map<TokenColumn, double[]> more = new LinkedHashMap<>(numbers);
        more.put(column, ofTexts);
        return new TextRows(rewards, more, units, leftPadded);
    }

    TextRows withRewards(double... others) {
        return new TextRows(others, numbers, units, leftPadded);
    }

    TextRows paddedOnTheLeft() {
        return new TextRows(rewards, numbers, units, true);
    }

    static JsonNode golden() {
        try (InputStream in = Objects.requireNonNull(TextRows.class.getResourceAsStream("/golden/reward_model.json"))) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static double[] numbers(JsonNode list) {
        return IntStream.range(0, list.size())
                .mapToDouble(i -> list.get(i).doubleValue())
                .toArray();
    }

    /**
     * What came of an optimiser step.
     *
     * @param loss the sum of the shares
     * @param gradient with respect to the reward of each text
     * @param metrics of the step; none in float64, in which they are not told
     */
    record Outcome(double loss, double[] gradient, Map<String, LossMetrics.Number> metrics) {
        double metric(String name) {
            return Objects.requireNonNull(metrics.get(name), name).value();
        }
    }

    /** All texts at once, in float64. */
    Outcome run(Objective objective) {
        return run(
                objective, DataType.FLOAT64, IntStream.range(0, rewards.length).toArray());
    }

    /** Micro-batches one after the other. */
    @SuppressWarnings("try") // a recording is closed, not used
    Outcome run(Objective objective, DataType type, int[]... split) {
        int[] ones = new int[rewards.length];
        Arrays.fill(ones, 1);
        WindowTotals totals = WindowTotals.of(ones, units);
        double loss = 0;
        double[] gradient = new double[rewards.length];
        Map<String, LossMetrics.Number> metrics = new LinkedHashMap<>();
        for (int[] rows : split) {
            try (NativeScope scope = Tensors.scope()) {
                NDManager manager = scope.manager();
                NDArray values = Tensors.array(manager, grid(rows, rewards), type);
                values.setRequiresGradient(true);
                LossResult result;
                try (Autograd.Recording recording = Autograd.record()) {
                    result = objective.loss(input(manager, values, type, rows, totals));
                    Autograd.backward(result.loss());
                }
                loss += result.loss().toType(DataType.FLOAT64, true).toDoubleArray()[0];
                double[][] arrived = Tensors.host(Objects.requireNonNull(Autograd.gradientOf(values)));
                for (int n = 0; n < rows.length; n++) {
                    gradient[rows[n]] = arrived[n][last(rows[n])];
                }
                if (type == DataType.FLOAT32) {
                    LossMetrics.join(metrics, result.metrics().read());
                }
            }
        }
        return new Outcome(loss, gradient, metrics);
    }

    private LossInput input(NDManager manager, NDArray values, DataType type, int[] rows, WindowTotals totals) {
        double[] ones = new double[rewards.length];
        Arrays.fill(ones, 1);
        NDArray mask = Tensors.array(manager, grid(rows, ones), type);
        Map<TokenColumn, NDArray> columns = new LinkedHashMap<>();
        numbers.forEach((column, ofTexts) -> columns.put(column, Tensors.array(manager, grid(rows, ofTexts), type)));
        return new LossInput(
                new ModelOutputs(mask.zerosLike(), null, values, null),
                mask,
                mask.zerosLike(),
                columns,
                IntStream.of(rows).map(row -> units[row]).toArray(),
                totals);
    }

    private double[][] grid(int[] rows, double[] ofTexts) {
        double[][] grid = new double[rows.length][COLUMNS];
        for (int n = 0; n < rows.length; n++) {
            grid[n][last(rows[n])] = ofTexts[rows[n]];
        }
        return grid;
    }

    private int last(int row) {
        return leftPadded ? COLUMNS - 1 : 1 + row % (COLUMNS - 1);
    }
}
