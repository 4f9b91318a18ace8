package org.rft4j.algorithms.group;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
import org.rft4j.core.training.Estimate;
import org.rft4j.core.training.Needs;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.NativeScope;

/** Estimates a round and computes the loss of one optimiser step on all of it, in one or more micro-batches. */
final class Bench {
    /**
     * What came of it.
     *
     * @param estimate of the round
     * @param loss of the step
     * @param gradient [rows][tokens] of the loss with respect to log-probs
     * @param entropyGradient the same with respect to entropies, zeros where the algorithm does not ask for them
     * @param metrics of the step; empty in float64, in which none are read
     */
    record Result(
            Estimate estimate,
            double loss,
            double[][] gradient,
            double[][] entropyGradient,
            Map<String, LossMetrics.Number> metrics) {
        double metric(String name) {
            return Objects.requireNonNull(metrics.get(name), name).value();
        }
    }

    private final GroupPolicyGradient algorithm;
    private final GroupBatch batch;
    private final DataType type;
    private final Estimate estimate;
    private final double[] weights;
    private final WindowTotals window;

    private double[][] sampler;

    private Bench(GroupPolicyGradient algorithm, GroupBatch batch, DataType type) {
        this.sampler = batch.get(GroupBatch.SAMPLER);
        this.algorithm = algorithm;
        this.batch = batch;
        this.type = type;
        estimate = algorithm.estimate(batch.rows(), batch.modelScores());
        int[] counts = Arrays.stream(estimate.trained())
                .mapToInt(row ->
                        (int) IntStream.range(0, row.length).filter(t -> row[t]).count())
                .toArray();
        weights = algorithm.weights().of(counts);
        window = WindowTotals.of(counts);
    }

    static Result run(GroupPolicyGradient algorithm, GroupBatch batch) {
        return run(
                algorithm,
                batch,
                DataType.FLOAT32,
                IntStream.range(0, batch.size()).toArray());
    }

    /** With a column of sampler log-probs that differs from what the episodes say. */
    static Result run(GroupPolicyGradient algorithm, GroupBatch batch, double[][] sampler) {
        Bench bench = new Bench(algorithm, batch, DataType.FLOAT32);
        bench.sampler = sampler;
        return bench.all(IntStream.range(0, batch.size()).toArray());
    }

    static Result run(GroupPolicyGradient algorithm, GroupBatch batch, DataType type, int[]... parts) {
        return new Bench(algorithm, batch, type).all(parts);
    }

    private Result all(int[]... parts) {
        double loss = 0;
        double[][] gradient = new double[batch.size()][];
        double[][] entropyGradient = new double[batch.size()][];
        Map<String, LossMetrics.Number> metrics = new LinkedHashMap<>();
        for (int[] part : parts) {
            try (NativeScope scope = Tensors.scope()) {
                NDArray logProbs = upload(scope.manager(), batch.get(GroupBatch.LOG_PROBS), part);
                NDArray entropies = upload(scope.manager(), batch.get(GroupBatch.ENTROPY), part);
                LossResult result = back(input(scope.manager(), logProbs, entropies, part));
                loss += result.loss().toType(DataType.FLOAT64, true).toDoubleArray()[0];
                if (type == DataType.FLOAT32) {
                    LossMetrics.join(metrics, result.metrics().read());
                }
                double[][] back = Tensors.host(logProbs.getGradient());
                double[][] entropyBack = algorithm.needs().entropy()
                        ? Tensors.host(entropies.getGradient())
                        : new double[part.length][back[0].length];
                for (int i = 0; i < part.length; i++) {
                    gradient[part[i]] = back[i];
                    entropyGradient[part[i]] = entropyBack[i];
                }
            }
        }
        return new Result(estimate, loss, gradient, entropyGradient, metrics);
    }

    @SuppressWarnings("try") // a recording is closed, not used
    private LossResult back(LossInput input) {
        try (Autograd.Recording recording = Autograd.record()) {
            LossResult result = algorithm.loss(input);
            Autograd.backward(result.loss());
            return result;
        }
    }

    private LossInput input(NDManager manager, NDArray logProbs, NDArray entropies, int[] part) {
        logProbs.setRequiresGradient(true);
        entropies.setRequiresGradient(true);
        Map<TokenColumn, NDArray> columns = new LinkedHashMap<>();
        estimate.columns().forEach((column, values) -> columns.put(column, uploadFloats(manager, values, part)));
        columns.put(TokenColumn.SAMPLER_LOG_PROB, upload(manager, sampler, part));
        columns.put(TokenColumn.REFERENCE_LOG_PROB, upload(manager, batch.get(GroupBatch.REFERENCE), part));
        if (algorithm.needs().oldLogProbs() != Needs.OldLogProbs.NONE) {
            columns.put(TokenColumn.OLD_LOG_PROB, upload(manager, batch.get(GroupBatch.OLD), part));
        }
        double[][] ones = new double[batch.size()][];
        double[][] perToken = new double[batch.size()][];
        for (int row = 0; row < ones.length; row++) {
            boolean[] trained = estimate.trained()[row];
            ones[row] = IntStream.range(0, trained.length)
                    .mapToDouble(t -> trained[t] ? 1 : 0)
                    .toArray();
            double weight = weights[row];
            perToken[row] = Arrays.stream(ones[row]).map(one -> one * weight).toArray();
        }
        return new LossInput(
                new ModelOutputs(logProbs, entropies, null, null),
                upload(manager, ones, part),
                upload(manager, perToken, part),
                columns,
                IntStream.range(0, part.length).toArray(),
                window);
    }

    private NDArray upload(NDManager manager, double[][] values, int[] part) {
        return Tensors.array(
                manager, Arrays.stream(part).mapToObj(row -> values[row]).toArray(double[][]::new), type);
    }

    private NDArray uploadFloats(NDManager manager, float[][] values, int[] part) {
        double[][] doubles = Arrays.stream(values)
                .map(row ->
                        IntStream.range(0, row.length).mapToDouble(t -> row[t]).toArray())
                .toArray(double[][]::new);
        return upload(manager, doubles, part);
    }

    static List<String> names(Result result) {
        return List.copyOf(result.metrics().keySet());
    }
}
