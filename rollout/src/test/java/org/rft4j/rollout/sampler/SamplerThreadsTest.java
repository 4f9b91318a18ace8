package org.rft4j.rollout.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.NativeMemory;
import org.rft4j.rollout.testing.TestModels;

/** The sampler's worker comes with work, goes without, and misses none. */
class SamplerThreadsTest {
    private static final int SUBMITTERS = 4;
    private static final int ROUNDS = 150;
    private static final long SECONDS = 60;

    private static LanguageModel model;

    @BeforeAll
    static void load() {
        model = TestModels.stories();
    }

    @AfterAll
    static void free() {
        model.close();
    }

    @Test
    void aSamplerAtRestHasNoWorker() throws InterruptedException {
        try (PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT)) {
            assertThat(workers()).as("before the first request").isEmpty();
            CompletableFuture<Integer> whileWriting = new CompletableFuture<>();
            for (int round = 0; round < 3; round++) {
                sampler.submit(
                                List.of(request(round, 4)),
                                (key, text, tokens) ->
                                        whileWriting.complete(workers().size()))
                        .get(0)
                        .result()
                        .join();
                awaitNoWorker();
            }
            assertThat(whileWriting.join()).isEqualTo(1);
        }
        awaitNoWorker();
    }

    /** Each request comes just when the worker is about to rest: one that is missed is never answered. */
    @Test
    void noRequestIsMissed() throws ExecutionException, InterruptedException, TimeoutException {
        try (PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT)) {
            List<CompletableFuture<Integer>> submitters = new ArrayList<>();
            for (int s = 0; s < SUBMITTERS; s++) {
                int first = s * ROUNDS;
                submitters.add(CompletableFuture.supplyAsync(() -> {
                    int tokens = 0;
                    for (int round = 0; round < ROUNDS; round++) {
                        tokens += sampler.sample(List.of(request(first + round, 1)))
                                .get(0)
                                .tokens()
                                .ids()
                                .length;
                    }
                    return tokens;
                }));
            }
            for (CompletableFuture<Integer> submitter : submitters) {
                assertThat(submitter.get(SECONDS, TimeUnit.SECONDS)).isEqualTo(ROUNDS);
            }
            assertThat(sampler.statistics().samples()).isEqualTo((long) SUBMITTERS * ROUNDS);
        }
    }

    @Test
    void closingFreesAtRestAndAtWorkAndRefusesMore() throws ExecutionException, InterruptedException, TimeoutException {
        long before = NativeMemory.liveArrays(TestModels.engine().manager());
        PolicySampler.of(model, SamplerOptions.DEFAULT).close();
        assertThat(NativeMemory.liveArrays(TestModels.engine().manager()))
                .as("never used")
                .isEqualTo(before);
        for (int round = 0; round < 20; round++) {
            PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT);
            sampler.sample(List.of(request(round, 2)));
            CompletableFuture<Sample> running = round % 2 == 0
                    ? CompletableFuture.completedFuture(null)
                    : sampler.submit(List.of(request(round, 400)), SampleListener.NONE)
                            .get(0)
                            .result();
            CompletableFuture<Void> other = CompletableFuture.runAsync(sampler::close);
            sampler.close();
            assertThat(NativeMemory.liveArrays(TestModels.engine().manager()))
                    .as("after round %d", round)
                    .isEqualTo(before);
            other.get(SECONDS, TimeUnit.SECONDS);
            Sample cut = running.get(SECONDS, TimeUnit.SECONDS);
            assertThat(cut == null || cut.stopReason() == StopReason.CANCELLED).isTrue();
            assertThatThrownBy(() -> sampler.sample(List.of(request(0, 1))))
                    .hasMessage("sampler was closed, must be open; submit before it is closed");
        }
        awaitNoWorker();
    }

    private static SampleRequest request(int sample, int tokens) {
        return Stories.request(
                "Once upon a time", sample, SamplingOptions.of(tokens, 1).withEndIds(List.of(511L)));
    }

    private static void awaitNoWorker() throws InterruptedException {
        for (int waited = 0; !workers().isEmpty(); waited++) {
            assertThat(waited).as("still there: %s", workers()).isLessThan(1000);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static List<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("rft4j-sampler"))
                .toList();
    }
}
