package org.rft4j.core.trainer;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.training.Optimizers;
import org.rft4j.core.training.RowScorer;
import org.rft4j.core.training.WindowUpdate;
import org.rft4j.engine.TensorEngine;

/**
 * Trains a policy: rounds of sampling, scoring and optimiser steps. Everything happens in the thread that calls {@link #run}, except what
 * rollout and rewards do in threads of their own.
 */
public final class Trainer implements AutoCloseable {
    private final TrainerParts parts;

    private final Optimizers optimizers;

    private final AtomicBoolean stopped = new AtomicBoolean();

    Trainer(TrainerParts parts) {
        this.parts = parts;
        optimizers = Optimizers.of(
                parts.models(),
                parts.config().rates().options(),
                parts.config().criticRates().options(),
                parts.engine().manager());
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
        return new TrainerBuilder(engine, model, policy);
    }

    /**
     * Trains, to the end or until something stops it.
     *
     * @return how the run ended
     */
    public RunEnd run() {
        RunState state = new RunState();
        Keeper keeper = new Keeper(state);
        Watch watch = new Watch(parts.listeners());
        RowScorer scorer = new RowScorer(parts.models(), parts.config().update(), parts.engine());
        WindowUpdate update =
                new WindowUpdate(parts.models(), optimizers, parts.config().update(), scorer, parts.engine());
        RunLoop loop = new RunLoop(parts, update, state, keeper, watch, stopped::get);
        long steps = parts.config().run().rounds() * parts.config().update().stepsPerRound();
        watch.started(new RunStart(
                parts.objective().name(),
                parts.folder(),
                state.step(),
                steps,
                parts.config().run().rounds(),
                Map.of()));
        RunEnd end = new RunEnd(RunEnd.Reason.FAILED, state.step(), Optional.empty(), Optional.empty());
        try {
            end = new RunEnd(loop.run(), state.step(), Optional.empty(), Optional.empty());
            return end;
        } finally {
            watch.ended(end);
        }
    }

    /** Asks the run to end after the step it is taking. Any thread may ask. */
    public void stop() {
        stopped.set(true);
    }

    @Override
    public void close() {
        parts.listeners().forEach(RunListener::close);
        parts.rounds().close();
        optimizers.close();
    }
}
