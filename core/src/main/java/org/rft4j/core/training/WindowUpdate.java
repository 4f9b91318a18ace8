package org.rft4j.core.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.PassingThread;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.random.KeyedRandom;

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
        this.probe = new UpdateProbe(models.trainee().parameters());
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
        List<Integer> trained =
                rows.stream().filter(row -> !window.isCompared(row)).toList();
        List<Integer> run = plan.skipSilent() ? withoutSilent(window, trained, objective) : trained;
        return PassingThread.call(() -> {
            WindowSums sums = new WindowSums(window, trained, run, objective);
            for (List<Integer> part : MicroBatchPlan.of(window, run, plan)) {
                if (!accumulate(window, part, objective, context, sums)) {
                    return skip(sums);
                }
            }
            return update(sums, context);
        });
    }

    /**
     * Computes the loss of all rows as that of a single step, and takes none: no gradient, no change.
     *
     * @param batch the rows
     * @param objective whose loss is computed
     * @param random draws of the objective
     * @return what a step with these rows would tell, by name
     */
    public Map<String, Double> measure(TrainingBatch batch, Objective objective, KeyedRandom random) {
        List<Integer> rows = IntStream.range(0, batch.rows()).boxed().toList();
        StepContext context = new StepContext(0, 0, false, true, random);
        TrainingBatch window = withWindowColumns(batch, rows, objective, context);
        List<Integer> counted =
                rows.stream().filter(row -> !window.isCompared(row)).toList();
        return PassingThread.call(() -> {
            WindowSums sums = new WindowSums(window, counted, counted, objective);
            for (List<Integer> part : MicroBatchPlan.of(window, counted, plan)) {
                measure(window, part, objective, sums);
            }
            return sums.values();
        });
    }

    private void measure(TrainingBatch batch, List<Integer> rows, Objective objective, WindowSums sums) {
        Needs needs = objective.needs();
        try (NativeScope scope = engine.openScope()) {
            TokenBatch tokens = batch.tokens(rows);
            ScoredPart scored = score(tokens, needs, ActivationMemory.KEEP_NOTHING, scope.manager());
            LossInput input = sums.input(rows, scored, tokens, needs, scope.manager());
            LossMetrics.join(sums.numbers(), told(objective, input).metrics().read());
        }
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
        Optional<float[][]> current = objective.needs().currentLogProbs() == Needs.CurrentLogProbs.NONE
                ? Optional.empty()
                : Optional.of(currentLogProbs(batch, rows, objective.needs(), context));
        Map<TokenColumn, float[][]> chosen = objective.window(new WindowRows(
                rows.stream().map(batch.trained()::get).toArray(boolean[][]::new),
                ofRows(batch.columns(), rows),
                rows.stream().mapToInt(row -> batch.units()[row]).toArray(),
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
        TokenBatch asked = needs.currentLogProbs() == Needs.CurrentLogProbs.ALL
                ? batch.tokens(rows)
                : TokenBatch.of(
                        rows.stream().map(batch.ids()::get).toList(),
                        rows.stream()
                                .map(row -> batch.isCompared(row)
                                        ? batch.trained().get(row)
                                        : new boolean[batch.ids().get(row).length])
                                .toList());
        return scorer.score(asked, new RowScorer.Questions(true, false, false)).requireOldLogProbs();
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
            TrainingBatch batch, List<Integer> rows, Objective objective, StepContext context, WindowSums sums) {
        Needs needs = objective.needs();
        try (NativeScope scope = engine.openScope()) {
            TokenBatch tokens = batch.tokens(rows);
            ScoredPart scored = score(tokens, needs, plan.memory(), scope.manager());
            if (context.firstOfRound()) {
                sums.compare(rows, scored.outputs().logProbs().toFloatArray());
            }
            LossInput input = sums.input(rows, scored, tokens, needs, scope.manager());
            LossResult result = recorded(objective, input);
            LossMetrics.join(sums.numbers(), result.metrics().read());
            Autograd.backward(result.loss());
            return scored.backward(input.outputs(), context.policyLearns());
        }
    }

    private ScoredPart score(TokenBatch tokens, Needs needs, ActivationMemory memory, NDManager scope) {
        PolicyScoreOptions options = models.scoring().withLayout(plan.layout()).withMemory(memory);
        if (needs.entropy() || plan.entropy()) {
            options = options.withEntropy();
        }
        return needs.critic()
                ? ScoredPart.of(models.actorCritic().orElseThrow().score(tokens, options, scope), options)
                : models.trainee().score(tokens, options, wanted(needs), scope);
    }

    private ScoredPart.Wanted wanted(Needs needs) {
        return new ScoredPart.Wanted(needs.squareSums(), needs.divergence().map(models::comparison));
    }

    @SuppressWarnings("try") // a recording is closed, not used
    private static LossResult recorded(Objective objective, LossInput input) {
        try (Autograd.Recording recording = Autograd.record()) {
            return told(objective, input);
        }
    }

    private static LossResult told(Objective objective, LossInput input) {
        LossResult result = objective.loss(input);
        if (!result.metrics().has("entropy") && input.entropies() != null) {
            result.metrics().share("entropy", input.tokenMean(input.entropies()));
        }
        result.metrics().share("loss", result.loss());
        return result;
    }

    private StepOutcome skip(WindowSums sums) {
        optimizers.policy().zeroGradients();
        optimizers.critic().ifPresent(AdamW::zeroGradients);
        Map<String, Double> metrics = sums.metrics();
        metrics.put("grad_norm", Double.NaN);
        return new StepOutcome(metrics, false);
    }

    private StepOutcome update(WindowSums sums, StepContext context) {
        Map<String, Double> metrics = sums.metrics();
        boolean applied = true;
        try (NativeScope scope = engine.openScope()) {
            if (context.policyLearns()) {
                NDArray before = probe.before(scope.manager());
                AdamW.StepReport report = optimizers.policy().step(context.learningRate());
                applied = report.applied();
                if (applied) {
                    models.trainee().raiseVersion();
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
}
