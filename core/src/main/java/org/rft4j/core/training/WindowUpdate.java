package org.rft4j.core.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.loss.WindowTotals;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.PassingThread;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.optimizer.AdamW;

/** Takes optimiser steps: micro-batches whose losses and gradients add up, then the update. */
public final class WindowUpdate {
    private final TrainedModels models;

    private final Optimizers optimizers;

    private final UpdatePlan plan;

    private final RowScorer scorer;

    private final TensorEngine engine;

    private final UpdateProbe probe;

    /**
     * An update.
     *
     * @param models what is trained
     * @param optimizers their optimisers
     * @param plan sizes of micro-batches
     * @param scorer asked where an objective needs the log-probs of a whole step before it
     * @param engine gives scopes
     */
    public WindowUpdate(
            TrainedModels models, Optimizers optimizers, UpdatePlan plan, RowScorer scorer, TensorEngine engine) {
        this.models = models;
        this.optimizers = optimizers;
        this.plan = plan;
        this.scorer = scorer;
        this.engine = engine;
        this.probe = new UpdateProbe(models.policy().parameters());
    }

    /**
     * Takes a step. The policy's version is raised if it was stepped. Where a gradient is not finite, nothing is.
     *
     * @param batch the round
     * @param rows which of its rows the step is made of
     * @param objective what is minimised
     * @param context learning rates, and where in the round the step is
     * @return metrics
     */
    public StepOutcome step(TrainingBatch batch, List<Integer> rows, Objective objective, StepContext context) {
        TrainingBatch window = withWindowColumns(batch, rows, objective, context);
        List<Integer> run = plan.skipSilent() ? withoutSilent(window, rows, objective) : rows;
        return PassingThread.call(() -> {
            Sums sums = new Sums(window, rows, run, objective);
            for (List<Integer> part : MicroBatchPlan.of(window, run, plan)) {
                if (!accumulate(window, part, objective, context, sums)) {
                    return skip(sums);
                }
            }
            return update(sums, context);
        });
    }

    private static List<Integer> withoutSilent(TrainingBatch batch, List<Integer> rows, Objective objective) {
        return rows.stream()
                .filter(row -> {
                    Map<TokenColumn, float[]> ofRow = new LinkedHashMap<>();
                    batch.columns().forEach((column, values) -> ofRow.put(column, values[row]));
                    return !objective.isSilent(ofRow, batch.trained().get(row));
                })
                .toList();
    }

    private TrainingBatch withWindowColumns(
            TrainingBatch batch, List<Integer> rows, Objective objective, StepContext context) {
        Optional<float[][]> current = objective.needs().currentLogProbs()
                ? Optional.of(currentLogProbs(batch, rows, objective.needs(), context))
                : Optional.empty();
        Map<TokenColumn, float[][]> chosen = objective.window(new WindowRows(
                rows.stream().map(batch.trained()::get).toArray(boolean[][]::new),
                ofRows(batch.columns(), rows),
                current,
                context.random()));
        TrainingBatch window = batch;
        for (Map.Entry<TokenColumn, float[][]> column : chosen.entrySet()) {
            window = window.with(column.getKey(), inBatch(batch, rows, column.getValue()));
        }
        return window;
    }

    private float[][] currentLogProbs(TrainingBatch batch, List<Integer> rows, Needs needs, StepContext context) {
        float[][] old = batch.columns().get(TokenColumn.OLD_LOG_PROB);
        if (context.firstOfRound() && old != null && needs.oldLogProbs() != Needs.OldLogProbs.SAMPLER) {
            return rows.stream().map(row -> old[row]).toArray(float[][]::new);
        }
        return scorer.score(batch.tokens(rows), new RowScorer.Questions(true, false, false))
                .requireOldLogProbs();
    }

    private static Map<TokenColumn, float[][]> ofRows(Map<TokenColumn, float[][]> columns, List<Integer> rows) {
        Map<TokenColumn, float[][]> selected = new LinkedHashMap<>();
        columns.forEach((column, values) ->
                selected.put(column, rows.stream().map(row -> values[row]).toArray(float[][]::new)));
        return selected;
    }

    private static float[][] inBatch(TrainingBatch batch, List<Integer> rows, float[][] ofRows) {
        float[][] all = batch.ids().stream().map(ids -> new float[ids.length]).toArray(float[][]::new);
        for (int i = 0; i < rows.size(); i++) {
            all[rows.get(i)] = ofRows[i];
        }
        return all;
    }

    /** False if the loss has a gradient that is not finite. */
    private boolean accumulate(
            TrainingBatch batch, List<Integer> rows, Objective objective, StepContext context, Sums sums) {
        Needs needs = objective.needs();
        try (NativeScope scope = engine.openScope()) {
            PolicyScoreOptions options =
                    models.scoring().withLayout(plan.layout()).withMemory(plan.memory());
            if (needs.entropy() || plan.entropy()) {
                options = options.withEntropy();
            }
            TokenBatch tokens = batch.tokens(rows);
            ScoredPart scored = needs.critic()
                    ? ScoredPart.of(models.actorCritic().orElseThrow().score(tokens, options, scope.manager()), options)
                    : ScoredPart.of(models.policy().score(tokens, options, scope.manager()), options);
            if (context.firstOfRound()) {
                sums.compare(rows, scored.logProbs().toFloatArray());
            }
            LossInput input = sums.input(rows, scored, tokens, needs, scope.manager());
            LossResult result = recorded(objective, input);
            LossMetrics.join(sums.numbers, result.metrics().read());
            Autograd.backward(result.loss());
            return scored.backward(input, context.policyLearns());
        }
    }

    @SuppressWarnings("try") // a recording is closed, not used
    private static LossResult recorded(Objective objective, LossInput input) {
        try (Autograd.Recording recording = Autograd.record()) {
            LossResult result = objective.loss(input);
            if (!result.metrics().has("entropy") && input.entropies() != null) {
                result.metrics().share("entropy", input.tokenMean(input.entropies()));
            }
            result.metrics().share("loss", result.loss());
            return result;
        }
    }

    private StepOutcome skip(Sums sums) {
        optimizers.policy().zeroGradients();
        optimizers.critic().ifPresent(AdamW::zeroGradients);
        Map<String, Double> metrics = sums.metrics();
        metrics.put("grad_norm", Double.NaN);
        return new StepOutcome(metrics, false);
    }

    private StepOutcome update(Sums sums, StepContext context) {
        Map<String, Double> metrics = sums.metrics();
        boolean applied = true;
        try (NativeScope scope = engine.openScope()) {
            if (context.policyLearns()) {
                NDArray before = probe.before(scope.manager());
                AdamW.StepReport report = optimizers.policy().step(context.learningRate());
                applied = report.applied();
                if (applied) {
                    models.policy().raiseVersion();
                }
                metrics.put("grad_norm", report.gradNorm());
                metrics.put("learning_rate", context.learningRate());
                metrics.put("update/probe_norm", probe.distance(before, scope.manager()));
            } else {
                optimizers.policy().zeroGradients();
            }
            if (optimizers.critic().isPresent()) {
                AdamW.StepReport report = optimizers.critic().get().step(context.criticLearningRate());
                metrics.put("critic/grad_norm", report.gradNorm());
                metrics.put("critic/lr", context.criticLearningRate());
                applied &= report.applied();
            }
        }
        return new StepOutcome(metrics, applied);
    }

    /** What adds up over the micro-batches of a step. */
    private static final class Sums {
        private final TrainingBatch batch;

        private final WindowTotals totals;

        private final float[][] weights;

        private final Map<String, LossMetrics.Number> numbers = new LinkedHashMap<>();

        private final FirstPass firstPass = new FirstPass();

        private final int runRows;

        Sums(TrainingBatch batch, List<Integer> rows, List<Integer> run, Objective objective) {
            this.batch = batch;
            int[] counts = batch.trainedTokens(rows);
            totals = WindowTotals.of(batch.trainedTokens(run));
            runRows = run.size();
            double[] perToken = objective.weights().of(counts);
            weights = new float[batch.rows()][];
            for (int i = 0; i < rows.size(); i++) {
                int row = rows.get(i);
                weights[row] = new float[batch.ids().get(row).length];
                java.util.Arrays.fill(weights[row], (float) perToken[i]);
            }
        }

        Map<String, Double> metrics() {
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put("loss", 0.0); // what is added where no row had to be run
            metrics.put("update/rows", (double) runRows);
            numbers.forEach((name, number) -> metrics.put(name, number.value()));
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
                java.util.Arrays.fill(unknown, Float.NaN);
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
            columns.computeIfPresent(
                    TokenColumn.SAMPLER_LOG_PROB, (column, known) -> filled(rows, known, scored.logProbs(), scope));
            NDArray logProbs = ScoredPart.leaf(scored.logProbs());
            if (needs.oldLogProbs() == Needs.OldLogProbs.ROUND_START
                    && !columns.containsKey(TokenColumn.OLD_LOG_PROB)) {
                columns.put(TokenColumn.OLD_LOG_PROB, scored.logProbs().duplicate());
            }
            return new LossInput(
                    logProbs,
                    scored.entropies() == null ? null : ScoredPart.leaf(Objects.requireNonNull(scored.entropies())),
                    scored.values() == null ? null : ScoredPart.leaf(Objects.requireNonNull(scored.values())),
                    tokens.mask(scope),
                    batch.upload(weights, rows, scope),
                    columns,
                    totals);
        }
    }
}
