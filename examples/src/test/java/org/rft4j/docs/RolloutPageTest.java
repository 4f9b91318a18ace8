package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.sampling.LlmClient;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerLlmClient;
import org.rft4j.rollout.sampler.SamplerOptions;
import org.rft4j.rollout.sampler.SamplerStatistics;

/** The code of docs/rollout.md. */
class RolloutPageTest {
    private final TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
    private final Stories stories = new Stories();
    private LanguageModel model;
    private Policy policy;

    @BeforeEach
    void load() throws IOException {
        model = LanguageModel.load(stories.folder(), engine);
        policy = Policy.of(model.weights(), Trainable.everything());
    }

    @AfterEach
    void free() {
        policy.close();
        model.close();
        stories.close();
        engine.close();
    }

    @Test
    void samples() {
        int step = 0;
        SamplingOptions options = SamplingOptions.of(64, 7)
                .withFilter(SamplingFilter.temperature(0.8).withPenalties(0.2, 0))
                .withStopStrings("\n\n", "The end");
        List<SampleRequest> requests = new ArrayList<>();
        for (int sample = 0; sample < 8; sample++) {
            SampleKey key = new SampleKey(step, "story-1", sample, 0);
            requests.add(new SampleRequest(key, Prompt.of("Once upon a time"), options));
        }
        try (PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT)) {
            List<Sample> samples = sampler.sample(requests);
            SamplerStatistics statistics = sampler.statistics();

            assertThat(samples).extracting(Sample::text).doesNotHaveDuplicates();
            assertThat(statistics.samples()).isEqualTo(8);
            assertThat(statistics.sharedPromptTokens()).isEqualTo(7 * statistics.promptTokens());
        }
    }

    @Test
    void whileItIsWritten() {
        StringBuffer progress = new StringBuffer();
        SamplingOptions options = SamplingOptions.of(24, 7);
        List<SampleRequest> requests = List.of(
                new SampleRequest(SampleKey.of("a", 0), Prompt.of("Once upon a time"), options),
                new SampleRequest(SampleKey.of("b", 0), Prompt.of("The dog"), options.withLengths(0, 400)));
        try (PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT)) {
            List<SampleHandle> handles = sampler.submit(requests, (key, newText, tokens) -> progress.append(newText));
            CompletableFuture<Integer> words =
                    handles.get(0).result().thenApply(sample -> sample.text().split(" ").length);
            handles.get(1).cancel();

            assertThat(words.join()).isPositive();
            assertThat(handles.get(1).result().join().stopReason())
                    .isIn(StopReason.CANCELLED, StopReason.LENGTH, StopReason.END_TOKEN);
            assertThat(progress).isNotEmpty();
        }
    }

    @Test
    void aModelThatAnswers() {
        SamplingOptions options = SamplingOptions.of(16, 7);
        try (PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT)) {
            LlmClient client = new SamplerLlmClient(sampler);
            String answer = client.answer(Conversation.of(ChatMessage.user("Is the dog happy?")), options)
                    .join();

            assertThat(answer).isNotEmpty();
        }
    }
}
