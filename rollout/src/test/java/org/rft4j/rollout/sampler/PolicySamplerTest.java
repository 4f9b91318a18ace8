package org.rft4j.rollout.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.model.GenerateOptions;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.NativeMemory;
import org.rft4j.rollout.testing.TestModels;

class PolicySamplerTest {
    private static final int CONTEXT = 512;
    private static final int REQUESTS = 200;
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
    void greedySamplesAreThoseOfTheModel() {
        try (PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT)) {
            Sample sample = sampler.sample(List.of(Stories.request("Once upon a time", 0, SamplingOptions.greedy(24))))
                    .get(0);
            assertThat(sample.text())
                    .isEqualTo(model.generate("Once upon a time", GenerateOptions.greedy(24))
                            .text())
                    .startsWith(", there was a little girl named L");
            assertThat(sample.stopReason()).isEqualTo(StopReason.LENGTH);
            assertThat(sample.tokens().prompt())
                    .containsExactly(
                            model.tokenizer().encode("Once upon a time", true).ids());
            assertThat(sample.policyVersion()).isZero();
            assertThat(sample.error()).isEmpty();
        }
    }

    @Test
    void promptsAreWhatTheyAre(@TempDir Path folder) throws IOException {
        SamplingOptions one = SamplingOptions.greedy(1);
        long[] ids = {1, 403, 407};
        try (LanguageModel chat = Stories.chat(folder);
                PolicySampler sampler = PolicySampler.of(chat, SamplerOptions.DEFAULT)) {
            List<Sample> samples = sampler.sample(List.of(
                    new SampleRequest(SampleKey.of("chat", 0), Prompt.of(ChatMessage.user("Hi")), one),
                    new SampleRequest(SampleKey.of("tokens", 0), Prompt.of(ids), one)));
            assertThat(samples.get(0).tokens().prompt())
                    .containsExactly(chat.tokenizer()
                            .encode("user: Hi\nassistant:", false)
                            .ids());
            assertThat(samples.get(1).tokens().prompt()).containsExactly(ids);
        }
    }

    @Test
    void theContextCanBeFull() {
        try (PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT)) {
            SamplingOptions five = SamplingOptions.greedy(5).withEndIds(List.of(511L));
            List<Sample> samples = sampler.sample(List.of(
                    tokens(CONTEXT - 3, five), tokens(CONTEXT - 5, five), tokens(CONTEXT, five), tokens(700, five)));
            assertThat(samples)
                    .extracting(Sample::stopReason)
                    .containsExactly(
                            StopReason.CONTEXT_FULL,
                            StopReason.LENGTH,
                            StopReason.CONTEXT_FULL,
                            StopReason.CONTEXT_FULL);
            assertThat(samples)
                    .extracting(sample -> sample.tokens().ids().length)
                    .containsExactly(3, 5, 0, 0);
            assertThat(samples.get(3).tokens().prompt()).hasSize(700);
        }
    }

    @Test
    void stopStringsCutTextAndListenersHearJustTheText() {
        String whole;
        try (PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT)) {
            SampleRequest plain = Stories.request("Once upon a time", 0, SamplingOptions.of(60, 3));
            whole = sampler.sample(List.of(plain)).get(0).text();
            String stop = whole.substring(30, 36);
            StringBuilder heard = new StringBuilder();
            SampleRequest cut = Stories.request(
                    "Once upon a time", 0, SamplingOptions.of(60, 3).withStopStrings("never in a story", stop));
            Sample sample = sampler.submit(List.of(cut), (key, text, tokens) -> heard.append(text))
                    .get(0)
                    .result()
                    .join();
            assertThat(sample.stopReason()).isEqualTo(StopReason.STOP_STRING);
            assertThat(sample.text())
                    .isEqualTo(whole.substring(0, whole.indexOf(stop)))
                    .isEqualTo(heard.toString());
            long[] ids = sample.tokens().ids();
            assertThat(model.tokenizer().decode(ids, true)).contains(stop);
            assertThat(model.tokenizer().decode(Arrays.copyOf(ids, ids.length - 1), true))
                    .as("no token more than needed")
                    .doesNotContain(stop);
        }
    }

    @Test
    void whoWaitsForASampleMayAskForAnother() {
        try (PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT)) {
            SampleRequest request = Stories.request("The dog said", 0, SamplingOptions.greedy(3));
            CompletableFuture<Sample> second = sampler.submit(List.of(request), SampleListener.NONE)
                    .get(0)
                    .result()
                    .thenApply(first -> sampler.sample(List.of(request)).get(0));
            assertThat(second.join().text()).isNotEmpty();
        }
    }

    @Test
    void manyThreadsMaySubmit() {
        List<CompletableFuture<List<Sample>>> parts = new ArrayList<>();
        List<SampleRequest> requests = Stories.mixed(24, 12);
        try (PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT.withMaxRows(5))) {
            List<Sample> together = sampler.sample(requests);
            for (int t = 0; t < 4; t++) {
                List<SampleRequest> part = requests.subList(6 * t, 6 * t + 6);
                parts.add(CompletableFuture.supplyAsync(() -> sampler.sample(part)));
            }
            List<Sample> apart =
                    parts.stream().flatMap(part -> part.join().stream()).toList();
            for (int i = 0; i < requests.size(); i++) {
                assertThat(apart.get(i).tokens().ids())
                        .containsExactly(together.get(i).tokens().ids());
            }
        }
    }

    @Test
    void closingEndsWhatIsOnItsWay() throws ExecutionException, InterruptedException, TimeoutException {
        PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT);
        List<SampleHandle> handles = sampler.submit(
                List.of(Stories.request("Lily and Tom", 0, SamplingOptions.of(480, 1))), SampleListener.NONE);
        sampler.close();
        Sample sample = handles.get(0).result().get(SECONDS, TimeUnit.SECONDS);
        assertThat(sample.stopReason()).isEqualTo(StopReason.CANCELLED);
        sampler.close();
    }

    @Test
    void aSampleIsCancelledWhileItIsWritten() throws ExecutionException, InterruptedException, TimeoutException {
        try (PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT)) {
            CompletableFuture<Void> begun = new CompletableFuture<>();
            SampleHandle handle = sampler.submit(
                            List.of(Stories.request("Lily and Tom", 0, SamplingOptions.of(480, 1))),
                            (key, text, tokens) -> begun.complete(null))
                    .get(0);
            begun.get(SECONDS, TimeUnit.SECONDS);
            handle.cancel();
            Sample sample = handle.result().get(SECONDS, TimeUnit.SECONDS);
            assertThat(sample.stopReason()).isEqualTo(StopReason.CANCELLED);
            assertThat(sample.tokens().ids()).isNotEmpty();
        }
    }

    @Test
    void answersConversations(@TempDir Path folder) throws IOException {
        try (LanguageModel chat = Stories.chat(folder);
                PolicySampler sampler = PolicySampler.of(chat, SamplerOptions.DEFAULT)) {
            SamplerLlmClient client = new SamplerLlmClient(sampler);
            Conversation conversation = Conversation.of(ChatMessage.user("Tell me about a dog."));
            SamplingOptions options = SamplingOptions.of(12, 5);
            String answer = client.answer(conversation, options).join();
            assertThat(answer)
                    .isNotEmpty()
                    .isEqualTo(client.answer(conversation, options).join());
            assertThat(client.answer(conversation, options.withSeed(6)).join()).isNotEqualTo(answer);
        }
    }

    @Test
    void nothingIsLeftBehind() {
        long before = NativeMemory.liveArrays(TestModels.engine().manager());
        try (PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT.withMaxRows(8))) {
            sampler.sample(Stories.mixed(REQUESTS, 6));
            SamplerStatistics statistics = sampler.statistics();
            assertThat(statistics.samples()).isEqualTo(REQUESTS);
            assertThat(statistics.liveTokens()).isZero();
            assertThat(statistics.meanRows()).isBetween(1.0, 8.0);
            assertThat(statistics.tokensPerSecond()).isPositive();
            assertThat(statistics.times().java()).isPositive();
        }
        assertThat(NativeMemory.liveArrays(TestModels.engine().manager())).isEqualTo(before);
    }

    private static SampleRequest tokens(int length, SamplingOptions options) {
        long[] ids = new long[length];
        Arrays.fill(ids, 403);
        return new SampleRequest(SampleKey.of("tokens" + length, 0), Prompt.of(ids), options);
    }
}
