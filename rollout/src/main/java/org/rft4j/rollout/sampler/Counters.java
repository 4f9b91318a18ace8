package org.rft4j.rollout.sampler;

import org.rft4j.engine.decoder.DecodeStatistics;

/** What the worker has done. Only the worker changes it; {@link #snapshot} is its word to others. */
final class Counters {
    private static final double NANOS = 1e9;

    private long samples;
    private long newTokens;
    private long promptTokens;
    private long sharedPromptTokens;
    private long rowSteps;
    private long steps;
    private long busyNanos;
    private long readingNanos;
    private long writingNanos;
    private long nanosPerStep;

    void ended(int tokens) {
        samples++;
        newTokens += tokens;
    }

    void read(long tokens, long nanos) {
        promptTokens += tokens;
        readingNanos += nanos;
    }

    void shared(long tokens) {
        sharedPromptTokens += tokens;
    }

    void wrote(int mostSteps, long tokens, long nanos) {
        steps += mostSteps;
        rowSteps += tokens;
        writingNanos += nanos;
        if (mostSteps > 0) {
            long now = nanos / mostSteps;
            nanosPerStep = nanosPerStep == 0 ? now : (nanosPerStep + now) / 2;
        }
    }

    void busy(long nanos) {
        busyNanos += nanos;
    }

    /** About how many nanoseconds a decode step takes, 0 before the first. */
    long nanosPerStep() {
        return nanosPerStep;
    }

    SamplerStatistics snapshot(DecodeStatistics model) {
        DecodeStatistics.Times inside = model.times();
        return new SamplerStatistics(
                samples,
                newTokens,
                promptTokens,
                sharedPromptTokens,
                steps == 0 ? 0 : (double) rowSteps / steps,
                model.liveTokens(),
                model.cacheBytes(),
                new SamplerStatistics.Times(
                        busyNanos / NANOS,
                        readingNanos / NANOS,
                        writingNanos / NANOS,
                        inside.attention(),
                        inside.head(),
                        inside.drawing()));
    }
}
