package org.rft4j.rollout.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.random.KeyedRandom;

class SchedulerTest {
    private static final SamplerOptions OPTIONS = SamplerOptions.DEFAULT.withChunks(8, 2);
    private static final int BLOCK = 64;

    private final Tokenizer tokenizer = Tokenizers.bytes();

    @AfterEach
    void free() {
        tokenizer.close();
    }

    @Test
    void aPromptIsReadOnceForAllItsSamples() {
        FakeJobs jobs = jobs(OPTIONS.withMaxRows(2));
        for (int i = 0; i < 4; i++) {
            jobs.add("one", i, tokens(10));
            jobs.add("two", i, tokens(10));
        }
        assertThat(jobs.finish()).extracting(Sample::stopReason).containsOnly(StopReason.LENGTH);
        assertThat(jobs.model.read).containsExactly(List.of("one", "two"));
        assertThat(jobs.model.held).isEmpty();
        SamplerStatistics statistics = jobs.scheduler.statistics();
        assertThat(statistics.samples()).isEqualTo(8);
        assertThat(statistics.newTokens()).isEqualTo(80);
        assertThat(statistics.promptTokens()).isEqualTo(6);
        assertThat(statistics.sharedPromptTokens()).isEqualTo(18);
        assertThat(statistics.meanRows()).isEqualTo(2);
        assertThat(statistics.tokensPerSecond()).isEqualTo(2000);
    }

    @Test
    void aSampleThatEndsMakesRoomAtOnce() {
        FakeJobs jobs = jobs(OPTIONS.withMaxRows(2));
        jobs.add("long", 0, tokens(20));
        jobs.add("short", 0, tokens(3));
        jobs.add("next", 0, tokens(5));
        jobs.finish();
        assertThat(jobs.model.steps).as("back at once when a row is free").containsExactly(3, 8, 8, 1);
        assertThat(jobs.model.rowsPerCall).containsExactly(2, 2, 1, 1);
        assertThat(jobs.model.returnAfter).as("and not before if nobody waits").containsExactly(1, 2, 1, 1);
        assertThat(jobs.model.read).containsExactly(List.of("long", "short"), List.of("next"));
    }

    @Test
    void requestsWaitForRoomInTheirOrder() {
        // Prompts and rows take a block each, the first row two; there is room for four and a half.
        FakeJobs jobs = jobs(OPTIONS.withCacheBytes((4 * BLOCK + BLOCK / 2) * FakeModel.BYTES_PER_TOKEN));
        jobs.add("a", 0, tokens(BLOCK + 8));
        jobs.add("b", 0, tokens(4));
        jobs.add("a", 1, tokens(4));
        jobs.finish();
        assertThat(jobs.model.rowsPerCall).as("nobody overtakes").containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 2);
        assertThat(jobs.model.read).containsExactly(List.of("a"), List.of("b"));
        assertThat(jobs.model.held).isEmpty();
    }

    @Test
    void aPromptThatOnlyWaitingRequestsNeedMakesRoom() {
        FakeJobs jobs = jobs(OPTIONS.withCacheBytes(4 * BLOCK * FakeModel.BYTES_PER_TOKEN));
        jobs.add("a", 0, tokens(4));
        jobs.add("b", 0, tokens(3 * BLOCK));
        jobs.add("a", 1, tokens(4));
        List<Sample> samples = jobs.finish();
        assertThat(samples).extracting(Sample::stopReason).containsOnly(StopReason.LENGTH);
        assertThat(jobs.model.read).as("a is read again").containsExactly(List.of("a"), List.of("b"), List.of("a"));
        assertThat(jobs.model.held).isEmpty();
    }

    @Test
    void numberIBelongsToTokenI() {
        List<Sample> alone = run(OPTIONS.withMaxRows(1).withChunks(1, 1), List.of(0, 1, 2, 3, 4));
        List<Sample> together = run(OPTIONS.withMaxRows(3).withChunks(7, 3), List.of(4, 2, 0, 3, 1));
        for (int i = 0; i < alone.size(); i++) {
            Sample sample = alone.get(i);
            double[] uniforms = sample.key().random(7).uniforms(0, 9 + i);
            long[] expected = new long[uniforms.length];
            for (int t = 0; t < uniforms.length; t++) {
                expected[t] = FakeModel.tokenAt("p" + i % 2, t, uniforms[t]);
            }
            assertThat(sample.tokens().ids()).containsExactly(expected);
            Sample other = together.stream()
                    .filter(one -> one.key().equals(sample.key()))
                    .findFirst()
                    .orElseThrow();
            assertThat(other.tokens().ids()).containsExactly(expected);
            assertThat(other.tokens().logProbs())
                    .containsExactly(sample.tokens().logProbs());
            assertThat(other.text()).isEqualTo(sample.text());
        }
    }

    @Test
    void anEndTokenIsATokenAndNoText() {
        FakeJobs jobs = new FakeJobs(tokenizer, OPTIONS, List.of((long) 'e'));
        for (int i = 0; i < 50; i++) {
            jobs.add("p", i, tokens(200));
        }
        for (Sample sample : jobs.finish()) {
            long[] ids = sample.tokens().ids();
            if (sample.stopReason() == StopReason.END_TOKEN) {
                assertThat(ids[ids.length - 1]).isEqualTo('e');
                assertThat(sample.text()).hasSize(ids.length - 1).doesNotContain("e");
            } else {
                assertThat(sample.stopReason()).isEqualTo(StopReason.LENGTH);
                assertThat(sample.text()).hasSize(200).doesNotContain("e");
            }
        }
        assertThat(jobs.jobs).anyMatch(job -> FakeJobs.sampleOf(job).stopReason() == StopReason.END_TOKEN);
    }

    @Test
    void aStopStringCutsTextAndTokens() {
        FakeJobs jobs = jobs(OPTIONS);
        String whole = FakeJobs.sampleOf(jobs.add("p", 0, tokens(30))) == null
                ? jobs.finish().get(0).text()
                : "";
        String stop = whole.substring(11, 14);
        int at = whole.indexOf(stop);
        List<String> heard = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        Job cut = jobs.add("p", 0, tokens(30).withStopStrings(stop), (key, text, tokens) -> {
            heard.add(text);
            counts.add(tokens);
        });
        Job kept = jobs.add("p", 0, tokens(30).withStopStrings(stop).keepingStopString());
        jobs.model.steps.clear();
        jobs.finish();
        Sample sample = FakeJobs.sampleOf(cut);
        assertThat(sample.stopReason()).isEqualTo(StopReason.STOP_STRING);
        assertThat(sample.text()).isEqualTo(whole.substring(0, at)).isEqualTo(String.join("", heard));
        assertThat(sample.tokens().ids()).hasSize(at + 3);
        assertThat(counts.get(counts.size() - 1)).isEqualTo(at + 3);
        assertThat(FakeJobs.sampleOf(kept).text()).isEqualTo(whole.substring(0, at + 3));
        assertThat(jobs.model.steps).as("little is drawn for nothing").containsOnly(2);
    }

    @Test
    void deadlinesCountFromSubmissionAndMakeChunksShort() {
        FakeJobs jobs = jobs(OPTIONS.withMaxRows(1));
        Job first = jobs.add("p", 0, tokens(100).withTimeLimit(Duration.ofMillis(21)));
        Job waits = jobs.add("p", 1, tokens(100).withTimeLimit(Duration.ofMillis(5)));
        jobs.finish();
        assertThat(FakeJobs.sampleOf(first).stopReason()).isEqualTo(StopReason.DEADLINE);
        assertThat(FakeJobs.sampleOf(first).tokens().ids()).hasSize(21);
        assertThat(FakeJobs.sampleOf(first).text()).hasSize(21);
        assertThat(jobs.model.steps).containsExactly(8, 8, 5);
        assertThat(FakeJobs.sampleOf(waits).stopReason()).isEqualTo(StopReason.DEADLINE);
        assertThat(FakeJobs.sampleOf(waits).tokens().ids()).isEmpty();
        assertThat(FakeJobs.sampleOf(waits).tokens().prompt()).containsExactly('p');
    }

    @Test
    void cancellingEndsWithWhatIsThere() {
        FakeJobs jobs = jobs(OPTIONS.withMaxRows(1));
        Job first = jobs.add("p", 0, tokens(100));
        Job waits = jobs.add("p", 1, tokens(100));
        jobs.steps(1);
        first.cancel();
        waits.cancel();
        jobs.finish();
        assertThat(FakeJobs.sampleOf(first).stopReason()).isEqualTo(StopReason.CANCELLED);
        assertThat(FakeJobs.sampleOf(first).tokens().ids()).hasSize(8);
        assertThat(FakeJobs.sampleOf(waits).stopReason()).isEqualTo(StopReason.CANCELLED);
        assertThat(jobs.model.held).isEmpty();
        first.cancel();
        assertThat(FakeJobs.sampleOf(first).stopReason()).isEqualTo(StopReason.CANCELLED);
    }

    @Test
    void longPromptsAreReadAFewAtATimeAndNobodyWaitsForThemInVain() {
        FakeJobs jobs = jobs(OPTIONS);
        String half = "x".repeat(Scheduler.READ_AT_ONCE / 2);
        jobs.model.nanosPerRead = 10 * FakeModel.NANOS_PER_STEP;
        for (int i = 0; i < 6; i++) {
            jobs.add(i + half, 0, tokens(4));
        }
        Job hasty = jobs.add("hasty", 0, tokens(4).withTimeLimit(Duration.ofMillis(15)));
        jobs.model.duringRead = () -> jobs.jobs.get(3).cancel();
        jobs.finish();
        assertThat(jobs.model.read)
                .extracting(List::size)
                .as("one prompt is more than half, so each is read by itself")
                .containsExactly(1, 1, 1, 1, 1);
        assertThat(FakeJobs.sampleOf(jobs.jobs.get(3)).stopReason()).isEqualTo(StopReason.CANCELLED);
        assertThat(FakeJobs.sampleOf(hasty).stopReason()).isEqualTo(StopReason.DEADLINE);
        assertThat(jobs.model.rowsPerCall).as("they are written together").containsExactly(5);
        assertThat(jobs.model.held).isEmpty();
    }

    @Test
    void samplesThatCannotBeginSayTheVersionOfToday() {
        FakeJobs jobs = jobs(OPTIONS);
        jobs.model.version = 3;
        Job full = jobs.add("p", 0, tokens(4), 0);
        assertThat(FakeJobs.sampleOf(full).stopReason()).isEqualTo(StopReason.CONTEXT_FULL);
        assertThat(FakeJobs.sampleOf(full).policyVersion()).isEqualTo(3);
    }

    private static SamplingOptions tokens(int count) {
        return SamplingOptions.of(count, 7);
    }

    private FakeJobs jobs(SamplerOptions options) {
        return new FakeJobs(tokenizer, options, List.of());
    }

    private List<Sample> run(SamplerOptions options, List<Integer> order) {
        FakeJobs jobs = jobs(options);
        for (int i : order) {
            jobs.add("p" + i % 2, i, tokens(9 + i));
            jobs.steps((int) (KeyedRandom.ofSeed(i).uniform(0) * 2));
        }
        return jobs.finish();
    }

    @Test
    void keysNameTheSamples() {
        FakeJobs jobs = jobs(OPTIONS);
        jobs.add("p", 3, tokens(1));
        assertThat(jobs.finish().get(0).key()).isEqualTo(SampleKey.of("p", 3));
    }
}
