package org.rft4j.rollout.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.rollout.remote.Dialect;
import org.rft4j.rollout.remote.RemoteOptions;
import org.rft4j.rollout.remote.RemoteSampler;
import org.rft4j.rollout.remote.RetryOptions;
import org.rft4j.rollout.testing.FakeSampler;

/** Client and server together are the sampler itself. */
@Timeout(120)
class RoundTripTest {
    private static final long PATIENCE_SECONDS = 60;

    private final FakeSampler sampler = FakeSampler.writing();
    private final PolicyServer server = start(sampler);

    @AfterEach
    void close() {
        server.close();
        sampler.close();
    }

    private static PolicyServer start(FakeSampler sampler) {
        return PolicyServer.start(
                new ServedPolicy("tiny", sampler, sampler.tokenizer(), List.of(257L)), ServerOptions.DEFAULT);
    }

    private static RemoteOptions options(PolicyServer server, boolean streaming) {
        RemoteOptions options = RemoteOptions.of(server.baseUrl(), "tiny", Dialect.rft4j());
        return streaming ? options.withStreaming() : options;
    }

    /** Every kind of prompt, and every reason to stop. */
    private static List<SampleRequest> requests() {
        List<Prompt> prompts = List.of(
                Prompt.of("Größe 😀"),
                Prompt.of(new long[] {256, 65, 66}),
                Prompt.of("x".repeat(FakeSampler.CONTEXT - 5)),
                new Prompt.Chat(Conversation.of(ChatMessage.user("Hi"))
                        .withTools(ToolSpec.function("f", "g", Map.of("type", "object")))));
        List<SamplingOptions> hows = List.of(
                SamplingOptions.of(12, -3),
                SamplingOptions.of(40, Long.MAX_VALUE).withStopStrings("a", "xy"),
                SamplingOptions.of(40, 5).withStopStrings("b", "c").keepingStopString(),
                SamplingOptions.of(40, 6).withEndIds(List.of(100L, 101L)));
        List<SampleRequest> requests = new ArrayList<>();
        for (Prompt prompt : prompts) {
            for (SamplingOptions how : hows) {
                for (int sample = 0; sample < 3; sample++) {
                    requests.add(new SampleRequest(new SampleKey(4, "t/ü", sample, 2), prompt, how));
                }
            }
        }
        return requests;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void samplesAreEqualInEverything(boolean streaming) {
        List<Sample> expected = sampler.sample(requests());
        try (RemoteSampler remote = RemoteSampler.of(options(server, streaming))) {
            assertThat(remote.policyVersion()).isZero();
            List<Sample> samples = remote.sample(requests());
            for (int i = 0; i < expected.size(); i++) {
                assertThat(described(samples.get(i))).isEqualTo(described(expected.get(i)));
            }
            assertThat(remote.policyVersion()).isEqualTo(FakeSampler.VERSION);
        }
        assertThat(expected)
                .extracting(Sample::stopReason)
                .contains(StopReason.END_TOKEN, StopReason.STOP_STRING, StopReason.LENGTH, StopReason.CONTEXT_FULL);
    }

    private static List<Object> described(Sample sample) {
        return List.of(
                sample.key(),
                sample.text(),
                sample.stopReason(),
                sample.policyVersion(),
                sample.error(),
                sample.tokens().origin(),
                Arrays.toString(sample.tokens().prompt()),
                Arrays.toString(sample.tokens().ids()),
                Arrays.toString(sample.tokens().logProbs()));
    }

    @Test
    void piecesTogetherAreTheText() {
        Map<SampleKey, String> told = new ConcurrentHashMap<>();
        List<SampleRequest> requests = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            requests.add(new SampleRequest(SampleKey.of("p", i), Prompt.of("a"), SamplingOptions.of(9, 1)));
        }
        try (RemoteSampler remote = RemoteSampler.of(options(server, true))) {
            List<Sample> samples = new ArrayList<>();
            for (SampleHandle handle :
                    remote.submit(requests, (key, text, tokens) -> told.merge(key, text, String::concat))) {
                samples.add(handle.result().join());
            }
            assertThat(samples).allMatch(sample -> sample.text().equals(told.getOrDefault(sample.key(), "")));
            assertThat(told).isNotEmpty();
        }
    }

    @Test
    void cancellingHereCancelsThere() throws InterruptedException {
        FakeSampler holding = FakeSampler.holding(1);
        try (holding;
                PolicyServer slow = start(holding);
                RemoteSampler remote = RemoteSampler.of(options(slow, true))) {
            SampleRequest request = new SampleRequest(SampleKey.of("p", 0), Prompt.of("a"), SamplingOptions.of(9, 1));
            SampleHandle handle =
                    remote.submit(List.of(request), SampleListener.NONE).get(0);
            assertThat(holding.begun().await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            handle.cancel();
            assertThat(handle.result().join().stopReason()).isEqualTo(StopReason.CANCELLED);
            assertThat(holding.cancelled().await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void whatTheServerRefusesOrBreaksSaysWhy() {
        try (RemoteSampler remote = RemoteSampler.of(options(server, false).withRetry(RetryOptions.NONE))) {
            List<SampleRequest> requests = List.of(
                    new SampleRequest(SampleKey.of("refused", 0), Prompt.of("a"), SamplingOptions.of(9, 1)),
                    new SampleRequest(SampleKey.of("broken", 0), Prompt.of("a"), SamplingOptions.of(9, 1)));
            assertThat(remote.sample(requests))
                    .extracting(sample -> sample.error().orElse(""))
                    .containsExactly(
                            "the server answered with status 400: prompt was refused, must be another; ask another",
                            "the server answered with status 500: the fake broke");
        }
    }
}
