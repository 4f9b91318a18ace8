package org.rft4j.core.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.chat.RenderOptions;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.select.PromptEncoder;
import org.rft4j.core.run.Finding;
import org.rft4j.core.tokenizer.SpecialToken;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;

class PromptCheckTest {
    private static final Tokenizer BYTES = Tokenizers.bytes();
    private static final SpecialToken EOS = BYTES.specialTokens().eos().orElseThrow();
    private static final String TURNS = "{% for m in messages %}[{{ m.role }}]{{ m.content }}";
    private static final String BEGIN = "{% if add_generation_prompt %}[assistant]{% endif %}";
    private static final ChatTemplate GOOD = ChatTemplate.of(TURNS + EOS.text() + "{% endfor %}" + BEGIN);

    private static Dataset<TaskRecord> chats(ChatMessage... messages) {
        return Datasets.of(List.of(new TaskRecord("chat", Prompt.of(messages), Map.of())));
    }

    private static Dataset<TaskRecord> texts(String... prompts) {
        return Datasets.of(
                List.of(prompts).stream().map(text -> TaskRecord.of(text, text)).toList());
    }

    private static Checked rendering(ChatTemplate template, Dataset<TaskRecord> tasks) {
        return TemplateCheck.rendering(Optional.of(template), RenderOptions.GENERATION, tasks);
    }

    @Test
    void aGoodTemplateEndsWhereTheAssistantBegins() {
        Checked checked = rendering(GOOD, chats(ChatMessage.user("Hi")));
        assertThat(checked.findings()).isEmpty();
        assertThat(checked.saw()).endsWith("[assistant]'");
    }

    @Test
    void aTemplateWithoutAGenerationPrompt() {
        assertThat(rendering(ChatTemplate.of(TURNS + "|{% endfor %}"), chats(ChatMessage.user("Hi")))
                        .findings())
                .containsExactly(new Finding(
                        Finding.Level.WARNING,
                        "generation_prompt_short",
                        "the rendered prompt ends '[assistant]' before the place where an assistant's text stands, so the model "
                                + "must write that first; render with RenderOptions.GENERATION, or check the template's "
                                + "add_generation_prompt",
                        0));
    }

    @Test
    void aTemplateThatOpensThoughts() {
        String thinking = TURNS + "|{% endfor %}{% if add_generation_prompt %}[assistant]<think>\n{% endif %}";
        assertThat(rendering(ChatTemplate.of(thinking), chats(ChatMessage.user("Hi")))
                        .findings())
                .containsExactly(new Finding(
                        Finding.Level.NOTE,
                        "generation_prompt_differs",
                        "the rendered prompt ends with '[user]Hi|[assistant]<think>\\n', and in a finished conversation "
                                + "'[user]Hi|[assistant]' stands before the assistant's text: usual where the template opens or "
                                + "leaves out thoughts, otherwise an error of the template",
                        0));
    }

    @Test
    void templatesThatAreAbsentRefuseOrAreNotUsed() {
        assertThat(TemplateCheck.rendering(Optional.empty(), RenderOptions.GENERATION, chats(ChatMessage.user("Hi")))
                        .findings())
                .containsExactly(new Finding(
                        Finding.Level.ERROR,
                        "no_template",
                        "prompt of task chat is a conversation and the model has no chat template; give one with "
                                + "ChatTemplate.of(...), or make the prompts texts",
                        0));
        Checked refused =
                rendering(ChatTemplate.of("{{ raise_exception('no system') }}"), chats(ChatMessage.user("Hi")));
        assertThat(refused.findings().get(0).level()).isEqualTo(Finding.Level.ERROR);
        assertThat(refused.findings().get(0).text())
                .startsWith("the chat template refuses the conversation of task chat: ")
                .contains("no system");
        assertThat(rendering(GOOD, texts("a")).findings())
                .extracting(Finding::code)
                .containsExactly("template_not_used");
        assertThat(TemplateCheck.rendering(Optional.empty(), RenderOptions.GENERATION, texts("a"))
                        .findings())
                .isEmpty();
    }

    @Test
    void turnsMustEndWithAnEndToken() {
        int size = BYTES.vocabularySize();
        Checked good = TemplateCheck.ends(BYTES, size, List.of(), Optional.of(GOOD));
        assertThat(good).isEqualTo(new Checked("end tokens", "[" + EOS.text() + " (" + EOS.id() + ")]", List.of()));
        assertThat(TemplateCheck.ends(BYTES, size, List.of(), Optional.of(ChatTemplate.of(TURNS + "|{% endfor %}")))
                        .findings())
                .containsExactly(new Finding(
                        Finding.Level.WARNING,
                        "turn_end_differs",
                        "the chat template ends an assistant's turn with '|', which does not begin with one of the end tokens ["
                                + EOS.text() + " (" + EOS.id()
                                + ")]: completions may run on past their end; name that token "
                                + "with SamplingOptions.withEndIds(...) or in generation_config.json",
                        0));
    }

    @Test
    void endTokensMustBeThereAndKnown() {
        int size = BYTES.vocabularySize();
        assertThat(TemplateCheck.ends(BYTES, size, List.of(9999L), Optional.empty())
                        .findings())
                .containsExactly(new Finding(
                        Finding.Level.ERROR,
                        "end_token_unknown",
                        "end token was 9999, must be below the model's vocabulary " + size + " and the tokenizer's "
                                + size + "; take the tokenizer that belongs to the model",
                        0));
        assertThat(TemplateCheck.ends(BYTES, (int) EOS.id(), List.of(), Optional.empty())
                        .findings())
                .extracting(Finding::code)
                .containsExactly("end_token_unknown");
    }

    @Test
    void promptsMustLeaveRoomForAnswers() {
        PromptEncoder encoder = new PromptEncoder(BYTES, null, RenderOptions.GENERATION);
        int extra = encoder.encode(TaskRecord.of("a", "a")).length - 1;
        Checked some = PromptCheck.lengths(texts("a", "bb", "cccc"), encoder, 12 + extra, 10, 100);
        assertThat(some.saw()).isEqualTo("3 of 3 prompts: longest " + (4 + extra) + " tokens, room for " + (2 + extra));
        assertThat(some.findings())
                .containsExactly(new Finding(
                        Finding.Level.WARNING,
                        "prompts_too_long",
                        "33.3 % of the prompts, such as those of tasks cccc (" + (4 + extra) + "), have more than the "
                                + (2 + extra) + " tokens that the context leaves beside the answer; drop them with "
                                + "PromptLengths.drop(...), allow shorter answers, or load the model with a longer context",
                        0));
        assertThat(PromptCheck.lengths(texts("a", "bb", "cc"), encoder, 12 + extra, 10, 100)
                        .findings())
                .isEmpty();
        assertThat(PromptCheck.lengths(texts("aaaa", "bbbb"), encoder, 12 + extra, 10, 100)
                        .findings())
                .extracting(Finding::level)
                .containsExactly(Finding.Level.ERROR);
        assertThat(PromptCheck.lengths(texts("a", "b", "c", "d"), encoder, 99, 10, 2)
                        .saw())
                .startsWith("2 of 4 prompts");
        assertThat(PromptCheck.lengths(texts("a"), encoder, 10, 10, 2).findings())
                .containsExactly(new Finding(
                        Finding.Level.ERROR,
                        "no_room_for_prompts",
                        "maxNewTokens was 10, must be below the context length 10; allow shorter answers, or load the model with "
                                + "a longer context",
                        0));
    }

    @Test
    void promptsThatTheTemplateRefusesAreCounted() {
        String noSystem = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + TURNS
                + "|{% endfor %}";
        PromptEncoder encoder = new PromptEncoder(BYTES, ChatTemplate.of(noSystem), RenderOptions.GENERATION);
        Dataset<TaskRecord> tasks = Datasets.of(List.of(
                new TaskRecord("a", Prompt.of(ChatMessage.user("Hi")), Map.of()),
                new TaskRecord("b", Prompt.of(ChatMessage.system("S"), ChatMessage.user("Hi")), Map.of())));
        assertThat(PromptCheck.lengths(tasks, encoder, 99, 10, 2).findings())
                .containsExactly(new Finding(
                        Finding.Level.WARNING,
                        "prompts_not_rendered",
                        "50.0 % of the prompts, such as those of tasks b, are refused by the chat template; drop them with "
                                + "PromptLengths.drop(...), or correct them",
                        0));
    }
}
