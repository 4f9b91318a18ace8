package org.rft4j.core.trainer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RoundReport;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.StepReport;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.StepContext;
import org.rft4j.core.training.StepOutcome;
import org.rft4j.core.training.TrainingBatch;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.core.training.WindowUpdate;
import org.rft4j.engine.PassingThread;
import org.rft4j.engine.random.KeyedRandom;

/** Rounds and steps, from wherever the run stands to its end. */
final class RunLoop {
    private final TrainerConfig config;

    private final Objective objective;

    private final Optional<Reference> reference;

    private final RoundSource rounds;

    private final WindowUpdate update;

    private final RunState state;

    private final Keeper keeper;

    private final Watch watch;

    private final BooleanSupplier stopped;

    private final KeyedRandom random;

    private final Timings timings = new Timings();

    /** Wall time: parts of other threads run beside it. */
    private final Timings step = new Timings();

    RunLoop(
            TrainerParts parts,
            WindowUpdate update,
            RunState state,
            Keeper keeper,
            Watch watch,
            BooleanSupplier stopped) {
        this.config = parts.config();
        this.objective = parts.objective();
        this.reference = parts.models().reference();
        this.rounds = parts.rounds();
        this.update = update;
        this.state = state;
        this.keeper = keeper;
        this.watch = watch;
        this.stopped = stopped;
        this.random = KeyedRandom.ofSeed(config.run().seed()).derive("updates");
    }

    RunEnd.Reason run() {
        if (state.step() == 0 && state.batch().isEmpty() && state.round() == 0) {
            watch.evaluateIfDue(0, 0, false, timings);
        }
        RunEnd.Reason reason = RunEnd.Reason.FINISHED;
        while (reason == RunEnd.Reason.FINISHED && !isOver()) {
            reason = goOn();
        }
        if (reason == RunEnd.Reason.FINISHED || reason == RunEnd.Reason.NO_MORE_DATA) {
            watch.evaluateIfDue(state.step(), state.round(), true, timings);
        }
        keeper.finish(watch);
        return reason;
    }

    private boolean isOver() {
        return state.round() >= config.run().rounds();
    }

    /** A step, with the sampling before it where a round begins. FINISHED while there is no reason to end. */
    private RunEnd.Reason goOn() {
        if (state.batch().isEmpty()) {
            Optional<Round> next = step.time(
                    "time/step_s",
                    () -> rounds.next(RunProgress.of(state.round(), config.run().rounds())));
            if (Thread.currentThread()
                    .isInterrupted()) { // what was sampled is cut off, and is sampled again at a resume
                throw new TrainingException("The run was interrupted while it sampled; resume it");
            }
            if (next.isEmpty()) {
                return RunEnd.Reason.NO_MORE_DATA;
            }
            state.begin(next.get());
            timings.addAll(next.get().timings());
            watch.sampled(
                    new RoundReport(state.round(), state.step(), next.get().completions()));
            if (state.batch().isEmpty()) {
                watch.diagnose(new StepReport(state.step(), state.round(), state.takeRoundMetrics(), Map.of()));
                giveUpIfEmpty();
                state.finishRound();
                return stopped.getAsBoolean() ? RunEnd.Reason.STOPPED : RunEnd.Reason.FINISHED;
            }
        }
        step(state.batch().get());
        Optional<String> enough = watch.evaluateIfDue(state.step(), state.round(), isOver(), timings);
        enough.ifPresent(why ->
                watch.found(new Finding(Finding.Level.NOTE, "stopped_early", "The run ends: " + why, state.step())));
        if (enough.isPresent() || stopped.getAsBoolean()) {
            return enough.isPresent() ? RunEnd.Reason.STOPPED_EARLY : RunEnd.Reason.STOPPED;
        }
        if (config.checkpoints().due(state.step()) || watch.better()) {
            timings.time(
                    "time/checkpoint_s",
                    () -> keeper.write(watch, config.checkpoints().exportModel() || isOver()));
        }
        return RunEnd.Reason.FINISHED;
    }

    private void step(TrainingBatch batch) {
        UpdatePlan plan = config.update();
        KeyedRandom ofRound = random.derive(state.round());
        List<List<Integer>> windows = plan.windows(batch.units(), ofRound.derive("windows"));
        List<Integer> rows = windows.get(state.window());
        StepContext context = new StepContext(
                config.rates().at(state.step()),
                config.criticRates().at(state.step()),
                objective.trainsPolicy(state.round()),
                state.window() == 0,
                ofRound.derive(state.window()));
        StepOutcome outcome = step.time(
                "time/step_s", () -> timings.time("time/update_s", () -> update.step(batch, rows, objective, context)));
        Map<String, Double> metrics = new LinkedHashMap<>(state.takeRoundMetrics());
        metrics.putAll(outcome.metrics());
        metrics.put("update/skipped", outcome.applied() ? 0.0 : 1.0);
        long tokens =
                rows.stream().mapToLong(row -> batch.ids().get(row).length).sum();
        long round = state.round();
        state.stepped();
        moveReference();
        if (state.window() == windows.size()) {
            state.finishRound();
        }
        if (outcome.applied()) {
            objective.learn(metrics); // what is not finite must not reach controllers
        }
        StepReport report = new StepReport(state.step(), round, metrics, speeds(tokens, metrics));
        watch.stepped(report);
    }

    private void moveReference() {
        if (reference.isPresent()) {
            PassingThread.call(() -> {
                reference.get().stepped(state.step());
                return true;
            });
        }
    }

    private Map<String, Double> speeds(long tokens, Map<String, Double> metrics) {
        Map<String, Double> taken = timings.take();
        double all = step.take().getOrDefault("time/step_s", 0.0)
                + taken.getOrDefault("time/checkpoint_s", 0.0)
                + taken.getOrDefault("time/evaluation_s", 0.0);
        taken.put("time/step_s", all);
        double sampling = taken.getOrDefault("time/sampling_s", 0.0);
        Double length = metrics.get("completions/mean_length");
        if (sampling > 0 && length != null) {
            taken.put(
                    "speed/sampled_tokens_per_s",
                    length
                            * (metrics.getOrDefault("episodes", 0.0) - metrics.getOrDefault("episodes/failed", 0.0))
                            / sampling);
        }
        double update = taken.getOrDefault("time/update_s", 0.0);
        if (update > 0) {
            taken.put("speed/trained_tokens_per_s", tokens / update);
        }
        taken.put("speed/tokens_per_s", tokens / all);
        return taken;
    }

    private void giveUpIfEmpty() {
        watch.found(new Finding(
                Finding.Level.WARNING,
                "nothing_to_train",
                "Round " + state.round() + " has no token to train: every episode failed, was left out, or has no"
                        + " applicable score. Look at the completions' remarks",
                state.step()));
        if (state.emptyInARow() >= config.run().mostEmptyRounds()) {
            throw new TrainingException(state.emptyInARow()
                    + " rounds in a row had nothing to train; look at the completions' remarks, or raise"
                    + " mostEmptyRounds");
        }
    }
}
