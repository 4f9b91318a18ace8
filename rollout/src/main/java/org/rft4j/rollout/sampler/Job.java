package org.rft4j.rollout.sampler;

import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampledTokens;

/** A sample on its way. Any thread may cancel it and wait for it; the rest is the worker's. */
final class Job implements SampleHandle {
    private static final long[] NO_IDS = {};
    private static final float[] NO_LOG_PROBS = {};

    private final Prepared prepared;
    private final SampleListener listener;
    private final OptionalLong deadline;
    private final Executor results;
    private final CompletableFuture<Sample> future = new CompletableFuture<>();
    private volatile boolean cancelled;
    private @Nullable Sample sample;

    /**
     * A sample that has not begun.
     *
     * @param prepared what is wanted
     * @param listener hears of it
     * @param deadline the clock's number at which it ends
     * @param results tells those who wait, so that nothing they do keeps the worker from its work
     */
    Job(Prepared prepared, SampleListener listener, OptionalLong deadline, Executor results) {
        this.prepared = prepared;
        this.listener = listener;
        this.deadline = deadline;
        this.results = results;
    }

    @Override
    public CompletableFuture<Sample> result() {
        return future.copy();
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    Prepared prepared() {
        return prepared;
    }

    boolean isCancelled() {
        return cancelled;
    }

    OptionalLong deadline() {
        return deadline;
    }

    /** Whether what is written behind a stop string is lost, or somebody listens. */
    boolean isWatched() {
        return listener != SampleListener.NONE
                || !prepared.request().options().stopStrings().isEmpty();
    }

    /** Tells the listener what is new. It may throw anything. */
    void tell(int tokens) {
        if (listener != SampleListener.NONE) {
            listener.written(prepared.request().key(), prepared.text().takeNew(), tokens);
        }
    }

    /** Ends a sample that never began. */
    void end(Ending ending, long version) {
        end(ending, version, new SampledTokens(prepared.prompt(), NO_IDS, NO_LOG_PROBS, SampledTokens.Origin.DRAWN));
    }

    /** Ends the sample. Those who wait hear of it by {@link #deliver}. */
    void end(Ending ending, long version, SampledTokens tokens) {
        sample = new Sample(
                prepared.request().key(), tokens, prepared.text().text(), ending.reason(), version, ending.error());
    }

    /** Gives the sample to those who wait for it. */
    void deliver() {
        Sample done = Objects.requireNonNull(sample);
        results.execute(() -> future.complete(done));
    }
}
