package org.rft4j.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.RenderOptions;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.rollout.environment.Environment;
import org.rft4j.rollout.environment.StepResult;
import org.rft4j.rollout.environment.ToolUse;
import org.rft4j.rollout.testing.ScriptedSampler;
import org.rft4j.rollout.testing.ScriptedSampler.Line;
import org.rft4j.rollout.tools.Calculator;
import org.rft4j.rollout.tools.ToolBox;
import org.rft4j.rollout.tools.ToolCallFormat;
import org.rft4j.rollout.tools.ToolOptions;

/** Real tokenizers with their own templates: the trace against the whole conversation, rendered and encoded anew. */
@Timeout(120)
class RealTokenizersTest {
    private static final String SHARED = System.getProperty("rft4j.shared", "");

    private static Path folder(String name) {
        Path folder = Path.of(SHARED, name);
        assumeTrue(!SHARED.isEmpty() && Files.isDirectory(folder), folder + " does not exist");
        return folder;
    }

    /** What the conversation is without the end that the template puts behind the last turn. */
    private static long[] renderedAgain(Tokenizer tokenizer, ChatTemplate template, Prompt start, Trajectory played) {
        Conversation conversation = ((Prompt.Chat) start).conversation();
        List<ChatMessage> messages = new ArrayList<>(conversation.messages());
        messages.addAll(played.messages());
        String text = template.renderText(
                new Conversation(messages, conversation.tools(), List.of()), RenderOptions.TRAINING);
        return tokenizer.encode(text, false).ids();
    }

    @ParameterizedTest
    @CsvSource({
        "tokenizers/qwen2_5, ENDS",
        "tokenizers/qwen2_5, STOPS",
        "tokenizers/qwen3, ENDS",
        "tokenizers/llama3_2, ENDS",
        "tokenizers/llama3_2, STOPS",
        "models/minimind2-small, ENDS",
        "models/minimind2-small, STOPS"
    })
    void aConversationIsTheOneThatTheTemplateRenders(String name, String how) {
        Path folder = folder(name);
        StopReason stopped = how.equals("ENDS") ? StopReason.END_TOKEN : StopReason.STOP_STRING;
        Environment doubting =
                action -> action.turn() < 2 ? StepResult.observe("Incorrect. Please think again.") : StepResult.done(1);
        try (Tokenizer tokenizer = Tokenizers.load(folder)) {
            ChatTemplate template = ChatTemplate.load(folder);
            EpisodeFormat format = EpisodeFormat.chat(tokenizer, template).keepingTurnsAsWritten();
            ScriptedSampler sampler = new ScriptedSampler(
                    tokenizer, request -> new Line("It is " + request.key().turn() + ".", stopped, 0));
            try (EpisodeRollout rollout =
                    EpisodeRollout.of(sampler, format, start -> doubting, Episodes.options(5, 2000))) {
                Trajectory played = rollout.collect(Episodes.requests(Episodes.ask("What is 2 + 3?"), 1))
                        .get(0);
                long[] again = renderedAgain(
                        tokenizer, template, Episodes.ask("What is 2 + 3?").prompt(), played);
                assertThat(played.turns()).hasSize(3);
                assertStartsWith(again, played, name);
                assertThat(TokenDrift.of(played.trace().ids(), tokenizer).firstDifference())
                        .isEmpty();
                int ends = stopped == StopReason.END_TOKEN ? 1 : 0;
                assertThat(played.trace().trainedTokens())
                        .isEqualTo(3 * (tokenizer.encode("It is 0.", false).size() + ends));
            }
        }
    }

    /** The reasoning stays in the trace, and the rendering drops it: the first difference is at the first turn. */
    @Test
    void reasoningStaysAsItWasWritten() {
        Path folder = folder("tokenizers/qwen3");
        try (Tokenizer tokenizer = Tokenizers.load(folder)) {
            ChatTemplate template = ChatTemplate.load(folder);
            ScriptedSampler sampler =
                    new ScriptedSampler(tokenizer, request -> Line.of("<think>\nWell.\n</think>\n\nIt is 5."));
            Environment doubting =
                    action -> action.turn() < 1 ? StepResult.observe("Are you sure?") : StepResult.done(1);
            try (EpisodeRollout rollout = EpisodeRollout.of(
                    sampler,
                    EpisodeFormat.chat(tokenizer, template).keepingTurnsAsWritten(),
                    start -> doubting,
                    Episodes.options(5, 2000))) {
                Trajectory played = rollout.collect(Episodes.requests(Episodes.ask("2 + 3?"), 1))
                        .get(0);
                assertThat(tokenizer.decode(played.trace().ids(), false))
                        .isEqualTo(
                                "<|im_start|>user\n2 + 3?<|im_end|>\n<|im_start|>assistant\n<think>\nWell.\n</think>\n\nIt is"
                                        + " 5.<|im_end|>\n<|im_start|>user\nAre you sure?<|im_end|>\n<|im_start|>assistant\n"
                                        + "<think>\nWell.\n</think>\n\nIt is 5.<|im_end|>");
                long[] again = renderedAgain(
                        tokenizer, template, Episodes.ask("2 + 3?").prompt(), played);
                assertThat(Arrays.mismatch(played.trace().ids(), again))
                        .isEqualTo(played.turns().get(0).firstToken());
            }
        }
    }

    /** What a policy draws need not be what the tokenizer would make of its text: the trace keeps it and the drift tells. */
    @Test
    void unusualTokensAreKeptAndTold() {
        try (Tokenizer tokenizer = Tokenizers.load(folder("tokenizers/qwen2_5"))) {
            long[] usual = tokenizer.encode("hello", false).ids();
            long[] unusual = "hello"
                    .chars()
                    .mapToLong(
                            c -> tokenizer.encode(Character.toString(c), false).ids()[0])
                    .toArray();
            assertThat(usual).hasSize(1);
            assertThat(TokenDrift.of(unusual, tokenizer)).isEqualTo(new TokenDrift(5, 1, OptionalInt.of(0)));
        }
    }

    @ParameterizedTest
    @CsvSource({"tokenizers/qwen2_5, HERMES", "tokenizers/qwen3, HERMES", "tokenizers/llama3_2, LLAMA3"})
    void aToolConversationIsTheOneThatTheTemplateRenders(String name, String calls) {
        Path folder = folder(name);
        boolean hermes = calls.equals("HERMES");
        String call = hermes
                ? "<tool_call>\n{\"name\": \"calculator\", \"arguments\": {\"expression\": \"2 * 21\"}}\n</tool_call>"
                : "{\"name\": \"calculator\", \"parameters\": {\"expression\": \"2 * 21\"}}";
        try (Tokenizer tokenizer = Tokenizers.load(folder);
                ToolBox tools = new ToolBox(ToolOptions.DEFAULT, Calculator.tool())) {
            ChatTemplate template = ChatTemplate.load(folder);
            ScriptedSampler sampler = new ScriptedSampler(tokenizer, request -> line(request, call));
            try (EpisodeRollout rollout = EpisodeRollout.of(
                    sampler,
                    EpisodeFormat.chat(tokenizer, template).keepingTurnsAsWritten(),
                    ToolUse.factory(tools, hermes ? ToolCallFormat.HERMES : ToolCallFormat.LLAMA3),
                    Episodes.options(5, 2000))) {
                Prompt prompt = Episodes.ask("What is 2 * 21?").prompt();
                Trajectory played = rollout.collect(Episodes.requests(Episodes.ask("What is 2 * 21?"), 1))
                        .get(0);
                assertThat(played.endReason()).isEqualTo(EndReason.DONE);
                assertThat(played.messages().get(1)).isEqualTo(ChatMessage.tool("call-0-0", "calculator", "42"));
                Conversation withTools = ((Prompt.Chat) prompt)
                        .conversation()
                        .withTools(tools.specs().toArray(ToolSpec[]::new));
                long[] again = renderedAgain(tokenizer, template, new Prompt.Chat(withTools), played);
                assertStartsWith(again, played, name);
                assertThat(tools.counts().answered()).isEqualTo(1);
            }
        }
    }

    /** Qwen 3 puts empty reasoning before the last turn of a rendering, which no policy wrote. */
    private static void assertStartsWith(long[] again, Trajectory played, String name) {
        long[] ids = played.trace().ids();
        int lastTurn = played.turns().get(played.turns().size() - 1).firstToken();
        assertThat(again).startsWith(Arrays.copyOf(ids, name.endsWith("qwen3") ? lastTurn : ids.length));
    }

    private static Line line(SampleRequest request, String call) {
        return Line.of(request.key().turn() == 0 ? call : "It is 42.");
    }
}
