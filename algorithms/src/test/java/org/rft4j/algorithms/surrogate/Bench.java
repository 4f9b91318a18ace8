package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.rft4j.algorithms.ratio.RatioLevel;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.ModelOutputs;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.loss.WindowTotals;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.DeviceChoice;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;

/** Runs a surrogate forwards and back on host numbers. */
final class Bench {
    static final TensorEngine ENGINE = TensorEngine.start(new EngineOptions(
            DeviceChoice.parse(System.getProperty("rft4j.device", "cpu")), Integer.getInteger("rft4j.threads", 2)));

    /**
     * What came of it.
     *
     * @param perToken [rows][tokens], the loss of each token, whatever the mask
     * @param loss sum of the losses times the weights
     * @param gradient [rows][tokens], of that sum with respect to the log-probs
     * @param metrics by name; empty in float64, which metrics are not told in
     */
    record Result(double[][] perToken, double loss, double[][] gradient, Map<String, LossMetrics.Number> metrics) {}

    private Bench() {}

    static Result run(Surrogate surrogate, RatioLevel level, Grid grid, DataType type) {
        return run(surrogate, level, grid, type, WindowTotals.of(grid.tokensOfRows()));
    }

    @SuppressWarnings("try") // a recording is closed, not used
    static Result run(Surrogate surrogate, RatioLevel level, Grid grid, DataType type, WindowTotals window) {
        try (NativeScope scope = ENGINE.openScope()) {
            NDManager manager = scope.manager();
            NDArray logProbs = array(manager, grid, Grid.LOG_PROBS, type);
            logProbs.setRequiresGradient(true);
            LossMetrics metrics = new LossMetrics();
            NDArray perToken;
            NDArray loss;
            try (Autograd.Recording recording = Autograd.record()) {
                SurrogateInput input = input(manager, level, grid, type, logProbs, window);
                perToken = surrogate.perToken(input, metrics);
                loss = input.batch().weighted(perToken);
                Autograd.backward(loss);
            }
            return new Result(
                    host(perToken, grid),
                    loss.toType(DataType.FLOAT64, true).toDoubleArray()[0],
                    host(logProbs.getGradient(), grid),
                    type == DataType.FLOAT32 ? metrics.read() : Map.of());
        }
    }

    private static SurrogateInput input(
            NDManager manager, RatioLevel level, Grid grid, DataType type, NDArray logProbs, WindowTotals window) {
        NDArray mask = array(manager, grid, Grid.MASK, type);
        NDArray old = array(manager, grid, Grid.OLD, type);
        NDArray advantages = array(manager, grid, Grid.ADVANTAGES, type);
        NDArray chosen = array(manager, grid, Grid.CHOSEN, type);
        Map<TokenColumn, NDArray> columns = new LinkedHashMap<>();
        columns.put(TokenColumn.OLD_LOG_PROB, old);
        columns.put(TokenColumn.SAMPLER_LOG_PROB, array(manager, grid, Grid.SAMPLER, type));
        columns.put(new TokenColumn("clip_cov_left_out"), chosen);
        columns.put(new TokenColumn("kl_cov_chosen"), chosen);
        NDArray weights = array(manager, grid, Grid.WEIGHTS, type);
        LossInput batch = new LossInput(
                ModelOutputs.of(logProbs),
                mask,
                weights,
                columns,
                IntStream.range(0, grid.rows()).toArray(),
                window);
        return new SurrogateInput(batch, old, level.logRatio(logProbs, old, mask), advantages);
    }

    private static NDArray array(NDManager manager, Grid grid, String name, DataType type) {
        double[] flat =
                Arrays.stream(grid.get(name)).flatMapToDouble(Arrays::stream).toArray();
        NDArray array = manager.create(flat, new Shape(grid.rows(), grid.columns()));
        return type == DataType.FLOAT64 ? array : array.toType(type, true);
    }

    private static double[][] host(NDArray array, Grid grid) {
        double[] flat = array.toType(DataType.FLOAT64, true).toDoubleArray();
        double[][] rows = new double[grid.rows()][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = Arrays.copyOfRange(flat, row * grid.columns(), (row + 1) * grid.columns());
        }
        return rows;
    }
}
