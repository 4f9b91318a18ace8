package org.rft4j.rollout.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.decoder.DecodeOptions;

class SchedulerFailuresTest {
    private static final SamplingOptions TWENTY = SamplingOptions.of(20, 7);

    private final Tokenizer tokenizer = Tokenizers.bytes();
    private FakeJobs jobs;

    @BeforeEach
    void make() {
        jobs = new FakeJobs(tokenizer, SamplerOptions.DEFAULT.withChunks(8, 2), List.of());
    }

    @AfterEach
    void free() {
        tokenizer.close();
    }

    @Test
    void aListenerThatThrowsEndsItsOwnSample() {
        int[] calls = new int[1];
        Job bad = jobs.add("p", 0, TWENTY, (key, text, tokens) -> {
            calls[0]++;
            throw new IllegalStateException("no disk");
        });
        Job good = jobs.add("p", 1, TWENTY);
        jobs.finish();
        requireError(bad, "the sample's listener failed: no disk", 2);
        assertThat(calls[0]).isEqualTo(1);
        assertThat(FakeJobs.sampleOf(good).stopReason()).isEqualTo(StopReason.LENGTH);
        requireUsable();
    }

    @Test
    void aListenerThatThrowsAtTheLastTokenIsNoticed() {
        Job bad = jobs.add("p", 0, SamplingOptions.of(2, 7), (key, text, tokens) -> {
            throw new IllegalStateException();
        });
        jobs.finish();
        requireError(bad, "the sample's listener failed: java.lang.IllegalStateException", 2);
    }

    @Test
    void whatCannotBeReadFailsAlone() {
        Job before = jobs.add("a", 0, TWENTY);
        jobs.steps(1);
        jobs.model.failRead = new IllegalStateException("no memory");
        Job failing = jobs.add("b", 0, TWENTY);
        Job shares = jobs.add("b", 1, TWENTY);
        jobs.steps(1);
        jobs.model.failRead = null;
        requireError(failing, "reading prompts failed: no memory", 0);
        requireError(shares, "reading prompts failed: no memory", 0);
        jobs.finish();
        assertThat(FakeJobs.sampleOf(before).stopReason()).isEqualTo(StopReason.LENGTH);
        requireUsable();
    }

    @Test
    void whatCouldNotBeReadTakesNoRoomFromTheNext() {
        int block = DecodeOptions.DEFAULT_BLOCK_TOKENS;
        SamplerOptions narrow =
                SamplerOptions.DEFAULT.withMaxRows(1).withCacheBytes(4L * block * FakeModel.BYTES_PER_TOKEN);
        jobs = new FakeJobs(tokenizer, narrow, List.of());
        jobs.model.failRead = new IllegalStateException("no memory");
        Job failing = jobs.add("a", 0, TWENTY);
        Job large = jobs.add("b", 0, SamplingOptions.of(3 * block, 7));
        Job later = jobs.add("a", 1, TWENTY);
        jobs.steps(1);
        jobs.model.failRead = null;
        requireError(failing, "reading prompts failed: no memory", 0);
        jobs.steps(100);
        assertThat(FakeJobs.sampleOf(large).stopReason()).isEqualTo(StopReason.LENGTH);
        assertThat(FakeJobs.sampleOf(later).stopReason()).isEqualTo(StopReason.LENGTH);
        requireUsable();
    }

    @Test
    void aBatchThatCannotBeWrittenFailsAndTheNextIsWritten() {
        Job first = jobs.add("a", 0, TWENTY);
        jobs.steps(1);
        jobs.model.failWrite = new IllegalStateException("no memory");
        jobs.steps(1);
        jobs.model.failWrite = null;
        requireError(first, "writing tokens failed: no memory", 8);
        assertThat(jobs.model.resets).isEqualTo(1);
        requireUsable();
    }

    @Test
    void brokenLogitsEndTheirRow() {
        jobs.model.broken = "bad";
        Job bad = jobs.add("bad", 0, TWENTY);
        Job good = jobs.add("good", 0, TWENTY);
        jobs.finish();
        requireError(
                bad,
                "the logits of new token 0 were NaN or infinite, they must be finite; check the weights for NaN",
                0);
        assertThat(FakeJobs.sampleOf(good).stopReason()).isEqualTo(StopReason.LENGTH);
        requireUsable();
    }

    @Test
    void newWeightsEndWhatTheOldOnesBegan() {
        Job old = jobs.add("p", 0, TWENTY);
        jobs.steps(1);
        jobs.model.version = 1;
        Job fresh = jobs.add("p", 1, TWENTY);
        jobs.finish();
        requireError(
                old,
                "the policy's weights changed from version 0 to 1 while the sample was written;"
                        + " wait for samples before a step of the optimiser, or cancel them",
                8);
        assertThat(FakeJobs.sampleOf(old).policyVersion()).isZero();
        assertThat(FakeJobs.sampleOf(fresh).stopReason()).isEqualTo(StopReason.LENGTH);
        assertThat(FakeJobs.sampleOf(fresh).policyVersion()).isEqualTo(1);
        assertThat(jobs.model.read).as("nothing of the old cache is used").containsExactly(List.of("p"), List.of("p"));
        requireUsable();
    }

    @Test
    void tokensOfAChunkInWhichTheWeightsChangedDoNotCount() {
        Job old = jobs.add("p", 0, TWENTY);
        Job waits = jobs.add("p", 1, TWENTY);
        jobs.model.duringWrite = () -> jobs.model.version = 5;
        jobs.steps(1);
        jobs.model.duringWrite = () -> {};
        assertThat(FakeJobs.sampleOf(old).stopReason()).isEqualTo(StopReason.ERROR);
        assertThat(FakeJobs.sampleOf(old).tokens().ids()).isEmpty();
        assertThat(FakeJobs.sampleOf(waits).stopReason()).isEqualTo(StopReason.ERROR);
        requireUsable();
    }

    @Test
    void closingCancelsAndFrees() {
        SamplerOptions oneRow = SamplerOptions.DEFAULT.withMaxRows(1).withChunks(8, 2);
        FakeJobs few = new FakeJobs(tokenizer, oneRow, List.of());
        Job active = few.add("p", 0, TWENTY);
        Job waits = few.add("p", 1, TWENTY);
        few.steps(1);
        few.scheduler.close();
        assertThat(few.model.closed).isTrue();
        assertThat(FakeJobs.sampleOf(active).stopReason()).isEqualTo(StopReason.CANCELLED);
        assertThat(FakeJobs.sampleOf(active).tokens().ids()).hasSize(8);
        assertThat(FakeJobs.sampleOf(waits).stopReason()).isEqualTo(StopReason.CANCELLED);
        assertThat(few.scheduler.isBusy()).isFalse();
    }

    private static void requireError(Job job, String text, int tokens) {
        Sample sample = FakeJobs.sampleOf(job);
        assertThat(sample.stopReason()).isEqualTo(StopReason.ERROR);
        assertThat(sample.error()).contains(text);
        assertThat(sample.tokens().ids()).hasSize(tokens);
    }

    private void requireUsable() {
        Job next = jobs.add("next", 0, TWENTY);
        jobs.finish();
        assertThat(FakeJobs.sampleOf(next).stopReason()).isEqualTo(StopReason.LENGTH);
        assertThat(jobs.model.held).as("nothing leaks").isEmpty();
    }
}
