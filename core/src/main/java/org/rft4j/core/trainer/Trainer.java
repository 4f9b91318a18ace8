package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.rft4j.core.diagnosis.Diagnosis;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.preflight.PreflightReport;
import org.rft4j.core.report.CompletionsLog;
import org.rft4j.core.report.MetricsLog;
import org.rft4j.core.resume.Checkpoint;
import org.rft4j.core.resume.CheckpointFolder;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.training.Optimizers;
import org.rft4j.core.training.RowScorer;
import org.rft4j.core.training.Trainee;
import org.rft4j.core.training.WindowUpdate;
import org.rft4j.engine.Check;
import org.rft4j.engine.PassingThread;
import org.rft4j.engine.TensorEngine;

/**
 * Trains a policy: rounds of sampling, scoring and optimiser steps. Everything happens in the thread that calls {@link #run} or {@link
 * #resume}, except what rollout and rewards do in threads of their own. A run that is killed at any moment and resumed by the same program goes
 * on from its last checkpoint as if nothing had happened: on a processor its weights and metrics are those of a run that was never stopped.
 *
 * <pre>{@code
 * try (Trainer trainer = Trainer.builder(engine, model, policy)
 *         .algorithm(Presets.grpo())
 *         .tasks(Datasets.of(tasks))
 *         .rollout(rollout)
 *         .reward(reward)
 *         .run(RunOptions.of(100, 8, 8, 1))
 *         .rates(Rates.constant(1e-5))
 *         .folder(Path.of("runs/first"))
 *         .build()) {
 *     trainer.runOrResume();
 * }
 * }</pre>
 */
public final class Trainer implements AutoCloseable {
    private final TrainerParts parts;

    private final List<RunListener> listeners;

    private final Supplier<PreflightReport> preflight;

    private final Optimizers optimizers;

    private final AtomicBoolean stopped = new AtomicBoolean();

    private final ExitHook exit = new ExitHook(this::stop);

    private boolean used;

    Trainer(TrainerParts parts, List<RunListener> listeners, Supplier<PreflightReport> preflight) {
        this.parts = parts;
        this.listeners = listeners;
        this.preflight = preflight;
        optimizers = PassingThread.call(() -> Optimizers.of(
                parts.models(),
                parts.config().rates().options(),
                parts.config().criticRates().options(),
                parts.engine().manager()));
    }

    /**
     * Begins to say what is trained.
     *
     * @param engine where it is trained
     * @param model tokenizer, template and end tokens
     * @param policy of the model's weights
     * @return a builder
     */
    public static TrainerBuilder builder(TensorEngine engine, LanguageModel model, Policy policy) {
        return new TrainerBuilder(engine, model.tokenizer(), model, Trainee.of(policy));
    }

    /**
     * Begins to say what a model of rewards is trained on: examples alone, see {@link TrainerBuilder#offline}. Its checkpoints hold a Hugging
     * Face {@code ...ForSequenceClassification}, or an adapter for one.
     *
     * @param engine where it is trained
     * @param tokenizer of the model
     * @param rewardModel what is trained
     * @return a builder
     */
    public static TrainerBuilder builder(TensorEngine engine, Tokenizer tokenizer, RewardModel rewardModel) {
        return new TrainerBuilder(engine, tokenizer, null, Trainee.of(rewardModel));
    }

    /**
     * Looks for what would go wrong. Where the run samples: template, end tokens, lengths of prompts, group size, rewards of {@link
     * TrainerBuilder#sampleAnswers} and of a few episodes that the policy plays, memory. Where it learns from examples, what becomes of those of
     * the first rounds: lengths, how many are cut or dropped or prefer nothing, labels, end tokens, memory. Neither the run nor what it goes on
     * with is changed.
     *
     * @return what was seen and found
     */
    public PreflightReport preflight() {
        Check.that(!used, "trainer", "used", "must be new where it is checked", "call preflight() before run()");
        return preflight.get();
    }

    /**
     * Trains from the beginning, to the end or until something stops it.
     *
     * @return how the run ended
     */
    public RunEnd run() {
        return go(folder -> {
            Check.that(
                    folder.steps().isEmpty(),
                    "checkpoints in " + parts.folder(),
                    folder.steps(),
                    "must be none where a run begins",
                    "call resume() to go on with that run, or choose another folder");
            return Optional.empty();
        });
    }

    /**
     * Goes on from the newest checkpoint, to the end or until something stops it.
     *
     * @return how the run ended
     */
    public RunEnd resume() {
        return go(folder -> {
            Check.that(
                    !folder.steps().isEmpty(),
                    "checkpoints in " + parts.folder(),
                    "none",
                    "must be at least one where a run goes on",
                    "call run() to begin it");
            return folder.newest();
        });
    }

    /**
     * Goes on from the newest checkpoint if there is one, and otherwise begins.
     *
     * @return how the run ended
     */
    public RunEnd runOrResume() {
        return go(CheckpointFolder::newest);
    }

    /**
     * Goes on from an older checkpoint. Those behind it are deleted.
     *
     * @param step after which optimiser step it was written
     * @return how the run ended
     */
    public RunEnd resumeFrom(long step) {
        return go(folder -> Optional.of(folder.at(step)));
    }

    /** Asks the run to end after the step that it is taking, with a checkpoint. Any thread may ask. */
    public void stop() {
        stopped.set(true);
    }

    /**
     * Ends the run well if the process is told to end, as by Ctrl-C or a scheduler's SIGTERM: the step that is being taken is finished and a
     * checkpoint is written before the process goes, since native memory must not go away under a thread that works with it. Who cannot wait for
     * the step kills the process, and loses what came after the last checkpoint. Once the run is over the process stays for {@link #close}, but
     * five seconds at most. Rewards and listeners must not call {@code System.exit}: other threads of theirs would wait for the run, and the run
     * for them.
     */
    public void stopOnExit() {
        exit.set();
    }

    /** Frees what the trainer made, and closes the listeners. */
    @Override
    public void close() {
        try (exit;
                optimizers) {
            try {
                listeners.forEach(RunListener::close);
            } finally {
                parts.rounds().close();
            }
        }
    }

    private interface Start {
        Optional<Checkpoint> in(CheckpointFolder folder);
    }

    private RunEnd go(Start start) {
        Check.that(!used, "trainer", "used", "must be new", "build another one to train on");
        try (CheckpointFolder folder = CheckpointFolder.open(parts.folder())) {
            Optional<Checkpoint> from = start.in(folder);
            used = true;
            RunState run = new RunState();
            Settings settings = Settings.of(parts);
            Keeper keeper = new Keeper(folder, parts, optimizers, run, settings);
            Optional<ObjectNode> state = from.map(keeper::restore);
            exit.begin();
            try (Watch watch = watch(keeper, state)) {
                return go(folder, keeper, run, settings, watch);
            } finally {
                exit.end();
            }
        }
    }

    /** What cannot be taken up is refused before anything on the disk is changed, and no log is cut below what a checkpoint counts on. */
    private Watch watch(Keeper keeper, Optional<ObjectNode> restored) {
        Diagnosis diagnosis = Diagnosis.of(
                parts.config().diagnosis(), parts.models().reference().isPresent());
        Evaluator evaluator = new Evaluator(
                parts.config().evaluations(),
                parts.tokenizer(),
                new HeldOutLosses(parts, optimizers),
                parts.config().run().seed());
        JsonNode state = restored.map(of -> of.path("watch")).orElse(MissingNode.getInstance());
        if (restored.isPresent()) {
            diagnosis.restore(state.path("diagnosis"));
            evaluator.restore(state.path("evaluations"));
            keeper.settle(restored.get());
        }
        Path folder = parts.folder();
        CompletionsLog completions = CompletionsLog.open(
                folder,
                state.path("completionsPosition").asLong(),
                parts.config().completionsEveryRounds());
        try {
            MetricsLog metrics =
                    MetricsLog.open(folder, state.path("metricsPosition").asLong());
            return new Watch(metrics, completions, diagnosis, evaluator, listeners);
        } catch (RuntimeException | Error e) {
            completions.close();
            throw e;
        }
    }

    private RunEnd go(CheckpointFolder folder, Keeper keeper, RunState run, Settings settings, Watch watch) {
        PassingThread.call(() -> {
            optimizers.zeroGradients(); // a step that broke may have left half of its gradient on the weights
            return true;
        });
        RowScorer scorer = new RowScorer(parts.models(), parts.config().update(), parts.engine());
        WindowUpdate update =
                new WindowUpdate(parts.models(), optimizers, parts.config().update(), scorer, parts.engine());
        long rounds = parts.config().run().rounds();
        watch.started(new RunStart(
                parts.objective().name(),
                parts.folder(),
                run.step(),
                rounds * parts.config().update().stepsPerRound(),
                rounds,
                settings.all()));
        RunEnd end;
        try {
            RunEnd.Reason reason = new RunLoop(parts, update, run, keeper, watch, stopped::get).run();
            end = end(reason, folder, keeper, run);
        } catch (RuntimeException | Error e) {
            tellFailure(e, () -> watch.ended(end(RunEnd.Reason.FAILED, folder, keeper, run)));
            throw e;
        }
        watch.ended(end);
        return end;
    }

    /** What broke the run may break this too, as a full disk does; the first error is the one to hear of. */
    private static void tellFailure(Throwable broke, Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            broke.addSuppressed(e);
        }
    }

    private static RunEnd end(RunEnd.Reason reason, CheckpointFolder folder, Keeper keeper, RunState run) {
        Optional<Path> best = folder.best().isPresent()
                ? Optional.of(folder.path(folder.best().getAsLong()))
                : Optional.empty();
        return new RunEnd(reason, run.step(), keeper.last().map(last -> last.path("")), best);
    }
}
