package org.rft4j.rollout.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.RenderOptions;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rollout.testing.TestModels;

class RefusedRequestsTest {
    private static final SamplingOptions TEN = SamplingOptions.of(10, 1);
    private static final String NAME = "SampleKey[round=0, promptId=p, sample=0, turn=0]";

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
    void tokensThatTheModelDoesNotKnow() {
        String rule = ", must be at least 0 and below 512, the number of tokens that tokenizer and model share;"
                + " take ids from the model's own tokenizer";
        requireRefused(Prompt.of(new long[] {1, 512}), TEN, "token of the prompt of " + NAME + " was 512" + rule);
        requireRefused(Prompt.of("a"), TEN.withEndIds(List.of(600L)), "end token of " + NAME + " was 600" + rule);
        requireRefused(
                Prompt.of("a"),
                TEN.withLogitBias(Map.of(700L, 1.0)),
                "token with a bias of " + NAME + " was 700" + rule);
    }

    @Test
    void halfACharacterAsStopString() {
        requireRefused(
                Prompt.of("a"),
                TEN.withStopStrings("\uD83D"),
                "stop string of " + NAME + " was half a character, must consist of whole ones; do not cut between two"
                        + " surrogates");
    }

    @Test
    void whatNeverFitsIntoTheCache() {
        // 5 layers of 4 heads of 8 numbers, for a key and a value.
        try (PolicySampler sampler =
                PolicySampler.of(model, SamplerOptions.DEFAULT.withCacheBytes(200 * 2 * 5 * 4 * 8 * Float.BYTES))) {
            assertThatThrownBy(() -> sampler.submit(
                            List.of(request(Prompt.of("a"), SamplingOptions.of(129, 1))), SampleListener.NONE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "memory that the cache needs for " + NAME + " was 327680 bytes for 2 + 129 tokens, must be"
                                    + " at most cacheBytes, which is room for 200 tokens; raise cacheBytes in SamplerOptions, or ask for"
                                    + " fewer new tokens");
            assertThat(sampler.sample(List.of(request(Prompt.of("a"), TEN)))).hasSize(1);
        }
    }

    @Test
    void conversationsWithoutATemplate() {
        requireRefused(
                Prompt.of(ChatMessage.user("Hi")),
                TEN,
                "chat template was none, must come with the model to answer conversations; render them with"
                        + " ChatTemplate.of(...) and call generate");
    }

    @Test
    void oneBadRequestKeepsTheOthersFromBeginning() {
        List<SampleKey> heard = new ArrayList<>();
        try (PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT)) {
            List<SampleRequest> requests =
                    List.of(request(Prompt.of("a"), TEN), request(Prompt.of(new long[] {512}), TEN));
            assertThatThrownBy(() -> sampler.submit(requests, (key, text, tokens) -> heard.add(key)))
                    .isInstanceOf(InvalidInputException.class);
            sampler.sample(List.of(request(Prompt.of("b"), TEN)));
            assertThat(sampler.statistics().samples()).isEqualTo(1);
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void afterClosing() {
        PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT);
        sampler.close();
        assertThatThrownBy(() -> sampler.submit(List.of(request(Prompt.of("a"), TEN)), SampleListener.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("sampler was closed, must be open; submit before it is closed");
    }

    @Test
    void aPolicyOfAnotherModel() {
        try (LanguageModel other = TestModels.stories();
                Policy policy = Policy.of(other.weights(), Trainable.everything())) {
            assertThatThrownBy(() -> PolicySampler.of(policy, model, SamplerOptions.DEFAULT))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("model of the policy was another one, must be the given model; make the policy with"
                            + " Policy.of(model.weights(), ...)");
        }
    }

    @Test
    void badOptions() {
        requireBad(
                () -> SamplerOptions.DEFAULT.withMaxRows(0),
                "maxRows was 0, must be positive; 32 suits a processor of few cores");
        requireBad(() -> SamplerOptions.DEFAULT.withChunks(0, 0), "chunkSteps was 0, must be positive; use 16");
        requireBad(
                () -> SamplerOptions.DEFAULT.withChunks(2, 3),
                "watchedSteps was 3, must be between 1 and chunkSteps 2; use 4");
        requireBad(() -> SamplerOptions.DEFAULT.withCacheBytes(0), "cacheBytes was 0, must be positive; use 1 GiB");
        requireBad(
                () -> SamplerOptions.DEFAULT.withRendering(RenderOptions.TRAINING),
                "addGenerationPrompt of the rendering was false, must be true, so that the model answers; begin with"
                        + " RenderOptions.GENERATION; to go on with a text, render it and pass Prompt.of(ids)");
    }

    private static void requireBad(Runnable made, String message) {
        assertThatThrownBy(made::run).isInstanceOf(InvalidInputException.class).hasMessage(message);
    }

    private static void requireRefused(Prompt prompt, SamplingOptions options, String message) {
        try (PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT)) {
            assertThatThrownBy(() -> sampler.submit(List.of(request(prompt, options)), SampleListener.NONE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(message);
        }
    }

    private static SampleRequest request(Prompt prompt, SamplingOptions options) {
        return new SampleRequest(SampleKey.of("p", 0), prompt, options);
    }
}
