package org.rft4j.core.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.loss.WindowTotals;
import org.rft4j.core.policy.TokenBatch;

/** What adds up over the micro-batches of a step. */
final class WindowSums {
    private final TrainingBatch batch;

    private final WindowTotals totals;

    private final float[][] weights;

    private final Map<String, LossMetrics.Number> numbers = new LinkedHashMap<>();

    private final FirstPass firstPass = new FirstPass();

    private final int runRows;

    WindowSums(TrainingBatch batch, List<Integer> trained, List<Integer> run, Objective objective) {
        this.batch = batch;
        int[] counts = batch.trainedTokens(trained);
        totals = WindowTotals.of(
                batch.trainedTokens(run),
                run.stream().mapToInt(row -> batch.units()[row]).toArray());
        runRows = run.size();
        double[] perToken = objective.weights().of(counts);
        weights = new float[batch.rows()][];
        for (int i = 0; i < trained.size(); i++) {
            int row = trained.get(i);
            weights[row] = new float[batch.ids().get(row).length];
            Arrays.fill(weights[row], (float) perToken[i]);
        }
    }

    Map<String, LossMetrics.Number> numbers() {
        return numbers;
    }

    /** What the loss told. */
    Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        numbers.forEach((name, number) -> values.put(name, number.value()));
        return values;
    }

    Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", 0.0); // what is added where no row had to be run
        metrics.put("update/rows", (double) runRows);
        metrics.putAll(values());
        firstPass.tell(metrics);
        return metrics;
    }

    void compare(List<Integer> rows, float[] logProbs) {
        int columns = logProbs.length / rows.size();
        float[][] sampler = batch.columns().get(TokenColumn.SAMPLER_LOG_PROB);
        float[] @Nullable [] old = batch.columns().get(TokenColumn.OLD_LOG_PROB);
        for (int b = 0; b < rows.size(); b++) {
            int row = rows.get(b);
            float[] unknown = new float[batch.ids().get(row).length];
            Arrays.fill(unknown, Float.NaN);
            firstPass.take(
                    batch.trained().get(row),
                    sampler == null ? unknown : sampler[row],
                    old == null ? null : old[row],
                    logProbs,
                    b * columns);
        }
    }

    /** Where nobody knows what a sampler under this prompt would have said, it counts as what the policy says: no distance. */
    private NDArray filled(List<Integer> rows, NDArray known, NDArray logProbs, NDManager scope) {
        float[][] sampler = Objects.requireNonNull(batch.columns().get(TokenColumn.SAMPLER_LOG_PROB));
        float[][] unknown = new float[batch.rows()][];
        boolean any = false;
        for (int row : rows) {
            unknown[row] = new float[sampler[row].length];
            for (int t = 0; t < sampler[row].length; t++) {
                unknown[row][t] = Float.isNaN(sampler[row][t]) ? 1 : 0;
                any |= unknown[row][t] == 1 && batch.trained().get(row)[t];
            }
        }
        return any ? known.add(batch.upload(unknown, rows, scope).mul(logProbs)) : known;
    }

    LossInput input(List<Integer> rows, ScoredPart scored, TokenBatch tokens, Needs needs, NDManager scope) {
        Map<TokenColumn, NDArray> columns = new LinkedHashMap<>();
        batch.columns().forEach((column, values) -> columns.put(column, batch.upload(values, rows, scope)));
        columns.putAll(scored.columns());
        columns.computeIfPresent(
                TokenColumn.SAMPLER_LOG_PROB,
                (column, known) -> filled(rows, known, scored.outputs().logProbs(), scope));
        if (needs.oldLogProbs() == Needs.OldLogProbs.ROUND_START && !columns.containsKey(TokenColumn.OLD_LOG_PROB)) {
            columns.put(TokenColumn.OLD_LOG_PROB, scored.outputs().logProbs().duplicate());
        }
        return new LossInput(
                scored.leaves(),
                tokens.mask(scope),
                batch.upload(weights, rows, scope),
                columns,
                unitsOf(rows),
                totals);
    }

    /** Units as a loss counts them: from 0, in the order of the micro-batch. */
    private int[] unitsOf(List<Integer> rows) {
        int[] units = new int[rows.size()];
        for (int b = 1; b < units.length; b++) {
            boolean same = batch.units()[rows.get(b)] == batch.units()[rows.get(b - 1)];
            units[b] = units[b - 1] + (same ? 0 : 1);
        }
        return units;
    }
}
