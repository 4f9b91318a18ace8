package org.rft4j.rollout.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.jinja.TemplateException;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeScope;
import org.rft4j.rollout.testing.TestModels;

/** What breaks while a real model writes, and that the sampler can be used afterwards. */
class PolicySamplerFailuresTest {
    private static final SamplingOptions LONG = SamplingOptions.of(450, 1).withEndIds(List.of(511L));

    private LanguageModel model;
    private Policy policy;
    private PolicySampler sampler;

    @BeforeEach
    void load() {
        model = TestModels.stories();
        policy = Policy.of(model.weights(), Trainable.everything());
        sampler = PolicySampler.of(
                policy, model, SamplerOptions.DEFAULT.withMaxRows(2).withTimes());
    }

    @AfterEach
    void free() {
        sampler.close();
        policy.close();
        model.close();
    }

    @Test
    void weightsThatAreNaN() {
        List<SampleRequest> requests = requests(2, SamplingOptions.of(20, 1));
        List<Sample> before = sampler.sample(requests);
        try (NativeScope scope = TestModels.engine().openScope()) {
            NDArray norm = model.weights().named().get("model.norm.weight");
            float[] healthy = norm.toFloatArray();
            norm.muli(scope.manager().create(Float.NaN));
            assertThat(sampler.sample(requests)).allSatisfy(sample -> {
                assertThat(sample.stopReason()).isEqualTo(StopReason.ERROR);
                assertThat(sample.error())
                        .contains("the logits of new token 0 were NaN or infinite, they must be finite;"
                                + " check the weights for NaN");
                assertThat(sample.tokens().ids()).isEmpty();
            });
            norm.set(healthy);
        }
        assertThat(sampler.sample(requests))
                .extracting(Sample::text)
                .isEqualTo(before.stream().map(Sample::text).toList());
    }

    @Test
    void weightsThatChangeInBetween() {
        CompletableFuture<Long> raised = new CompletableFuture<>();
        SampleListener raising = (key, text, tokens) -> {
            if (!raised.isDone()) {
                raised.complete(policy.raiseVersion());
            }
        };
        List<Sample> samples = sampler.submit(requests(3, LONG), raising).stream()
                .map(handle -> handle.result().join())
                .toList();
        long version = raised.join();
        assertThat(samples)
                .extracting(Sample::stopReason)
                .containsExactly(StopReason.ERROR, StopReason.ERROR, StopReason.LENGTH);
        assertThat(samples).extracting(Sample::policyVersion).containsExactly(version - 1, version - 1, version);
        assertThat(samples.get(0).error())
                .contains(
                        "the policy's weights changed from version " + (version - 1) + " to " + version
                                + " while the sample was written; wait for samples before a step of the optimiser, or cancel them");
    }

    @Test
    void timeIsUp() {
        SamplingOptions hasty = LONG.withTimeLimit(Duration.ofMillis(1));
        List<SampleHandle> handles = sampler.submit(requests(3, hasty), SampleListener.NONE);
        for (SampleHandle handle : handles) {
            Sample sample = handle.result().join();
            assertThat(sample.stopReason()).isEqualTo(StopReason.DEADLINE);
            assertThat(sample.tokens().ids().length).isLessThan(450);
            assertThat(sample.text())
                    .isEqualTo(model.tokenizer().decode(sample.tokens().ids(), true));
        }
        SamplingOptions patient = SamplingOptions.of(5, 1).withTimeLimit(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(sampler.sample(requests(1, patient)).get(0).stopReason()).isEqualTo(StopReason.LENGTH);
    }

    @Test
    void whoeverIsInterruptedGetsWhatIsThere() {
        List<Sample> samples;
        Thread.currentThread().interrupt();
        try {
            samples = sampler.sample(requests(3, LONG));
        } finally {
            assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
        }
        assertThat(samples).extracting(Sample::stopReason).containsOnly(StopReason.CANCELLED);
        assertThat(sampler.sample(requests(1, SamplingOptions.of(5, 1)))).hasSize(1);
    }

    @Test
    void statisticsSayWhereTheTimeWent() {
        sampler.sample(requests(4, LONG));
        SamplerStatistics.Times times = sampler.statistics().times();
        assertThat(times.attention()).isPositive();
        assertThat(times.head()).isPositive();
        assertThat(times.drawing()).isPositive();
        assertThat(times.reading()).isPositive();
        assertThat(times.attention() + times.head() + times.drawing()).isLessThan(times.writing());
        assertThat(times.java()).isBetween(0.0, times.total());
        assertThat(sampler.statistics().meanRows()).isEqualTo(2);
    }

    @Test
    void answersThatDoNotCome(@TempDir Path folder) throws IOException {
        Conversation conversation = Conversation.of(ChatMessage.user("Hi"));
        try (LanguageModel chat = Stories.chat(folder);
                PolicySampler chatSampler = PolicySampler.of(chat, SamplerOptions.DEFAULT)) {
            SamplerLlmClient client = new SamplerLlmClient(chatSampler);
            assertThatThrownBy(() -> client.answer(conversation, LONG.withTimeLimit(Duration.ofNanos(1)))
                            .join())
                    .isInstanceOf(CompletionException.class)
                    .hasRootCauseInstanceOf(EngineException.class)
                    .hasRootCauseMessage(
                            "The model gave no answer: its sample ended with DEADLINE. Way out: allow it more"
                                    + " time, or see what the error says");
            assertThatThrownBy(() -> client.answer(conversation, LONG.withEndIds(List.of(600L)))
                            .join())
                    .hasRootCauseInstanceOf(InvalidInputException.class);
            CompletableFuture<String> unwanted = client.answer(conversation, LONG);
            assertThat(unwanted.cancel(true)).isTrue();
            assertThat(client.answer(conversation, SamplingOptions.of(5, 1)).join())
                    .isNotEmpty();
        }
    }

    @Test
    void aTemplateThatRefusesTheConversationFailsTheAnswer(@TempDir Path folder) throws IOException {
        try (LanguageModel chat = Stories.chat(folder, "{{ raise_exception('no system message') }}");
                PolicySampler chatSampler = PolicySampler.of(chat, SamplerOptions.DEFAULT)) {
            CompletableFuture<String> answer =
                    new SamplerLlmClient(chatSampler).answer(Conversation.of(ChatMessage.user("Hi")), LONG);
            assertThatThrownBy(answer::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(TemplateException.class)
                    .hasMessageContaining("no system message");
        }
    }

    private static List<SampleRequest> requests(int count, SamplingOptions options) {
        return IntStream.range(0, count)
                .mapToObj(i -> Stories.request("Once upon a time", i, options))
                .toList();
    }
}
