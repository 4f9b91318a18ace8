package org.rft4j.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.chat.RenderOptions;
import org.rft4j.core.jinja.JinjaOptions;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rollout.environment.StepResult;
import org.rft4j.rollout.testing.ScriptedSampler;
import org.rft4j.rollout.testing.ScriptedSampler.Line;
import org.rft4j.rollout.testing.TestModels;

/** Which chat templates of real models keep what the policy saw and wrote. */
class HistoryTest {
    private static final Path TEMPLATES = Path.of("../core/src/test/resources/golden/chat/templates");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-01T09:05:07Z"), ZoneOffset.UTC);

    private static EpisodeFormat format(String template) throws IOException {
        ChatTemplate chat = ChatTemplate.of(Files.readString(TEMPLATES.resolve(template + ".jinja")))
                .withSpecialTokens(Map.of("bos_token", "<s>", "eos_token", "</s>"));
        return EpisodeFormat.chat(Episodes.BYTES, chat)
                .withRendering(RenderOptions.GENERATION.withJinja(JinjaOptions.DEFAULT.withClock(CLOCK)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cohere",
                "cohere2",
                "gemma",
                "gemma3",
                "lfm2",
                "llama3",
                "llama3_1",
                "llama3_2",
                "phi3",
                "phi3_5",
                "qwen2_5",
                "qwen3_training",
                "qwen3_instruct_2507",
                "qwen3_5_think_training",
                "qwen3_6_training"
            })
    void theseKeepEarlierTurns(String template) throws IOException {
        assertThat(format(template).historyDifferences()).isEmpty();
        format(template).requireSameHistory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qwen3",
                "qwen3_6",
                "qwen3_5_think",
                "lfm2_2_5",
                "deepseek_r1_distill",
                "nemotron_3_nano",
                "glm4moe"
            })
    void theseDropTheReasoningOfEarlierTurns(String template) throws IOException {
        List<HistoryDifference> found = format(template).historyDifferences();
        assertThat(found.get(0).conversation()).isEqualTo("turns with reasoning");
        assertThat(found.get(0).written()).startsWith("<think>\\nTwo and three make five.");
    }

    @Test
    void aDifferenceIsNamedWithItsPlaceAndTheWaysOut() throws IOException {
        EpisodeFormat qwen3 = format("qwen3");
        assertThatThrownBy(qwen3::requireSameHistory)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "history of turns with reasoning, rendered again, at 64 was 'It is 5.<|im_end|>\\n<|im_start|>user\\nAre '"
                                + " in place of '<think>\\nTwo and three make five.\\n</think', must be what the model saw and wrote;"
                                + " use a chat template for training that keeps earlier turns, or accept with"
                                + " keepingTurnsAsWritten() that the policy sees its turns as it wrote them, which a server that"
                                + " renders this template does not show");
        qwen3.keepingTurnsAsWritten().requireSameHistory();
    }

    /** The empty reasoning that the template puts before a turn goes when the turn becomes history. */
    @Test
    void reasoningThatIsSwitchedOffIsLookedForToo() throws IOException {
        EpisodeFormat off = format("qwen3").withRendering(RenderOptions.GENERATION.with("enable_thinking", false));
        List<HistoryDifference> found = off.historyDifferences();
        assertThat(found.get(0).conversation()).isEqualTo("turns without reasoning");
        assertThat(found.get(0).written()).startsWith("<think>\\n\\n</think>\\n\\nIt is 5.");
        assertThat(found.get(0).renderedAgain()).startsWith("It is 5.");
    }

    @Test
    void aRolloutOfSeveralTurnsChecksAtItsStart() throws IOException {
        ScriptedSampler sampler = new ScriptedSampler(Episodes.BYTES, request -> Line.of("hm"));
        EpisodeFormat qwen3 = format("qwen3");
        assertThatThrownBy(() -> EpisodeRollout.of(
                        sampler, qwen3, start -> (action -> StepResult.done(0)), Episodes.options(2, 100)))
                .hasMessageContaining("history of turns with reasoning");
        EpisodeRollout.of(sampler, qwen3, start -> (action -> StepResult.done(0)), Episodes.options(1, 100))
                .close();
        EpisodeRollout.of(
                        sampler,
                        qwen3.keepingTurnsAsWritten(),
                        start -> (action -> StepResult.done(0)),
                        Episodes.options(2, 100))
                .close();
    }

    /** With nothing between a turn and what follows it, a token of the whole may hold characters of both. */
    @Test
    void tokensThatMergeAcrossATurnsBorderAreADifference() {
        ChatTemplate touching = ChatTemplate.of("{% for m in messages %}{{ m.role }}: {{ m.content }}{% endfor %}"
                + "{% if add_generation_prompt %}assistant: {% endif %}");
        assertThat(EpisodeFormat.chat(Episodes.BYTES, touching).historyDifferences())
                .isEmpty();
        try (Tokenizer stories = Tokenizers.load(TestModels.storiesFolder())) {
            List<HistoryDifference> found =
                    EpisodeFormat.chat(stories, touching).historyDifferences();
            assertThat(found.get(0).conversation()).isEqualTo("tokens of turns without reasoning");
        }
    }

    @Test
    void aTemplateThatHidesTheTurnIsRefused() {
        ChatTemplate deaf = ChatTemplate.of("{% for m in messages if m.role == 'user' %}{{ m.content }}{% endfor %}");
        assertThatThrownBy(EpisodeFormat.chat(Episodes.BYTES, deaf)::historyDifferences)
                .hasMessage(
                        "rendered conversation was without the policy's turn, must have the turn once; use a chat template"
                                + " that renders what the assistant says");
    }
}
