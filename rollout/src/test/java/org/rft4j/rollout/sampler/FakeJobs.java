package org.rft4j.rollout.sampler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.tokenizer.Tokenizer;

/** A scheduler over a fake model, and requests that go to it without a thread between. */
final class FakeJobs {
    final FakeModel model = new FakeModel();
    final Scheduler scheduler;
    final List<Job> jobs = new ArrayList<>();
    private final Tokenizer tokenizer;
    private final List<Long> endIds;

    FakeJobs(Tokenizer tokenizer, SamplerOptions options, List<Long> endIds) {
        this.tokenizer = tokenizer;
        this.endIds = endIds;
        scheduler = new Scheduler(model, options, () -> model.nanos);
    }

    Job add(String prompt, int sample, SamplingOptions options) {
        return add(prompt, sample, options, SampleListener.NONE);
    }

    Job add(String prompt, int sample, SamplingOptions options, SampleListener listener) {
        return add(prompt, sample, options, listener, options.maxNewTokens());
    }

    /** With room for so many tokens. */
    Job add(String prompt, int sample, SamplingOptions options, int room) {
        return add(prompt, sample, options, SampleListener.NONE, room);
    }

    private Job add(String prompt, int sample, SamplingOptions options, SampleListener listener, int room) {
        SampleRequest request = new SampleRequest(SampleKey.of(prompt, sample), Prompt.of(prompt), options);
        SampleText text = new SampleText(
                tokenizer.incrementalDecoder(true), StopStrings.of(options.stopStrings()), options.keepStopString());
        Prepared prepared = new Prepared(request, FakeModel.ids(prompt), room, endIds, text);
        OptionalLong deadline = options.timeLimit().stream()
                .mapToLong(Duration::toNanos)
                .map(limit -> model.nanos + limit)
                .findAny();
        Job job = new Job(prepared, listener, deadline, Runnable::run);
        jobs.add(job);
        scheduler.add(job);
        return job;
    }

    void steps(int count) {
        for (int i = 0; i < count; i++) {
            scheduler.step();
        }
    }

    List<Sample> finish() {
        while (scheduler.isBusy()) {
            scheduler.step();
        }
        return jobs.stream().map(FakeJobs::sampleOf).toList();
    }

    static Sample sampleOf(Job job) {
        return job.result().getNow(null);
    }
}
