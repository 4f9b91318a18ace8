package org.rft4j.core.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.jinja.TemplateException;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.InvalidInputException;

/** Messages, options, and where templates are found. */
final class ChatTemplateTest {
    private static final String PLAIN =
            "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
                    + "{% if add_generation_prompt %}<assistant>{% endif %}";
    private static final Conversation HELLO =
            Conversation.of(ChatMessage.system("Be brief."), ChatMessage.user("Hello"));

    @Test
    void plainMessagesAreOneLine() {
        ChatTemplate template = ChatTemplate.of(PLAIN);
        assertThat(template.renderText(HELLO, RenderOptions.GENERATION))
                .isEqualTo("<system>Be brief.<user>Hello<assistant>");
        assertThat(template.renderText(HELLO, RenderOptions.TRAINING)).isEqualTo("<system>Be brief.<user>Hello");
        assertThat(template.hasGenerationBlocks()).isFalse();
    }

    @Test
    void assistantSpansAreParts() {
        ChatTemplate template = ChatTemplate.of(
                "{% for m in messages %}<{{ m.role }}>{% if m.role == 'assistant' %}{% generation %}{{ m.content }}"
                        + "{% endgeneration %}{% else %}{{ m.content }}{% endif %}{% endfor %}");
        Conversation conversation = Conversation.of(ChatMessage.user("Hi"), ChatMessage.assistant("Yes"));
        RenderedChat rendered = template.render(conversation, RenderOptions.TRAINING);
        assertThat(rendered.assistantSpans()).containsExactly(new CharSpan(19, 22));
        assertThat(rendered.text()).isEqualTo("<user>Hi<assistant>Yes");
        assertThat(template.hasGenerationBlocks(conversation, RenderOptions.TRAINING))
                .isTrue();
    }

    @Test
    void aLastMessageIsGoneOnWith() {
        Conversation open = Conversation.of(ChatMessage.user("2 + 2?"), ChatMessage.assistant("It is "));
        assertThat(ChatTemplate.of(PLAIN + "<end>").renderText(open, RenderOptions.CONTINUATION))
                .isEqualTo("<user>2 + 2?<assistant>It is ");
        assertThat(ChatTemplate.of(PLAIN.replace("m.content", "m.content|trim"))
                        .renderText(open, RenderOptions.CONTINUATION))
                .isEqualTo("<user>2 + 2?<assistant>It is");
        assertThatThrownBy(
                        () -> ChatTemplate.of("{{ messages[0].content }}").renderText(open, RenderOptions.CONTINUATION))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "the rendered text was without the last message, must contain the last message as it is; this "
                                + "template drops or rewrites it, so it cannot be gone on with");
        assertThatThrownBy(() -> new RenderOptions(true, true, Map.of(), null, RenderOptions.TRAINING.jinja()))
                .hasMessageStartingWith("addGenerationPrompt with continueFinalMessage was true, must not both be set");
    }

    @Test
    void variablesComeBeforeSpecialTokens() {
        ChatTemplate template =
                ChatTemplate.of(Map.of("default", "{{ bos_token }}{{ enable_thinking }}"), Map.of("bos_token", "<s>"));
        assertThat(template.renderText(HELLO, RenderOptions.TRAINING.with("enable_thinking", false)))
                .isEqualTo("<s>False");
        assertThat(template.renderText(HELLO, RenderOptions.TRAINING.with("bos_token", "!")))
                .isEqualTo("!");
    }

    @Test
    void theCallersSpecialTokensWinOverTheTemplates() {
        ChatTemplate template = ChatTemplate.of(
                Map.of("default", "{{ bos_token }}{{ eos_token }}"), Map.of("bos_token", "<s>", "eos_token", "</s>"));
        ChatTemplate changed = template.withSpecialTokens(Map.of("eos_token", "<|im_end|>"));
        assertThat(changed.renderText(HELLO, RenderOptions.TRAINING)).isEqualTo("<s><|im_end|>");
        assertThat(changed.renderText(HELLO, RenderOptions.TRAINING.with("eos_token", "!")))
                .isEqualTo("<s>!");
        assertThat(template.renderText(HELLO, RenderOptions.TRAINING)).isEqualTo("<s></s>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages", "tools", "documents", "add_generation_prompt"})
    void variablesDoNotReplaceTheConversation(String name) {
        assertThatThrownBy(() -> RenderOptions.TRAINING.with(name, List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("variable of the template was " + name
                        + ", must not be one of [messages, tools, documents, add_generation_prompt]; say it in the "
                        + "Conversation, or with addGenerationPrompt");
    }

    @Test
    void withoutAClockTheDateIsTheTemplatesOwn() {
        ChatTemplate template = ChatTemplate.of(
                Map.of("default", GoldenChats.template("llama3_2")), Map.of("bos_token", "<|begin_of_text|>"));
        assertThat(template.renderText(HELLO, RenderOptions.GENERATION))
                .contains("Today Date: 26 Jul 2024\n\nBe brief.<|eot_id|>");
        assertThatThrownBy(() ->
                        ChatTemplate.of(GoldenChats.template("gptoss")).renderText(HELLO, RenderOptions.GENERATION))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("strftime_now needs a clock, and none was given; set one in the options");
    }

    @Test
    void toolsChooseTheTemplateForTools() {
        ChatTemplate template =
                ChatTemplate.of(Map.of("default", "D", "tool_use", "T{{ tools|tojson }}", "rag", "R"), Map.of());
        Map<String, Object> nothing = Map.of("type", "object");
        ToolSpec tool = ToolSpec.function("now", "The time", nothing);
        assertThat(template.renderText(HELLO, RenderOptions.TRAINING)).isEqualTo("D");
        assertThat(template.renderText(HELLO.withTools(tool), RenderOptions.TRAINING))
                .isEqualTo(
                        "T[{\"type\": \"function\", \"function\": {\"name\": \"now\", \"description\": \"The time\", "
                                + "\"parameters\": {\"type\": \"object\"}}}]");
        assertThat(template.renderText(HELLO, RenderOptions.TRAINING.withTemplate("rag")))
                .isEqualTo("R");
        assertThatThrownBy(() -> template.renderText(HELLO, RenderOptions.TRAINING.withTemplate("x")))
                .hasMessage(
                        "template was x, must be one of [default, rag, tool_use]; name one in RenderOptions.withTemplate");
        assertThat(template.names()).containsExactlyInAnyOrder("default", "rag", "tool_use");
    }

    @Test
    void messagesAreReadFromMaps() {
        Map<String, Object> fields = new HashMap<>(Map.of(
                "role",
                "assistant",
                "thinking",
                "hm",
                "tool_calls",
                List.of(Map.of("id", "1", "function", Map.of("name", "f", "arguments", "{}"))),
                "weight",
                2));
        fields.put("content", null);
        ChatMessage message = ChatMessage.fromMap(fields);
        assertThat(message)
                .isEqualTo(new ChatMessage(
                        "assistant",
                        null,
                        "hm",
                        List.of(new ToolCall("1", "f", "{}")),
                        null,
                        null,
                        Map.of("weight", 2)));
        assertThat(message.toMap())
                .containsKeys("reasoning_content", "thinking", "tool_calls", "weight")
                .doesNotContainKey("content");
        assertThat(ChatMessage.fromMap(Map.of("role", "assistant", "reasoning", "hm"))
                        .toMap())
                .isEqualTo(Map.of("role", "assistant", "reasoning", "hm", "reasoning_content", "hm", "thinking", "hm"));
        assertThat(ChatMessage.user("a").with("weight", 1).toMap()).containsEntry("weight", 1);
        assertThatThrownBy(() -> ChatMessage.fromMap(Map.of("content", "x")))
                .hasMessage("role was null, must be a string; give every message a role");
        assertThatThrownBy(() -> ChatMessage.fromMap(Map.of("role", "user", "content", 5)))
                .hasMessage("content was 5, must be a string or a list of parts; write other values as text");
        assertThatThrownBy(() -> ChatMessage.user("a").with("content", "b"))
                .hasMessage("extra field was 'content', must not be a component of ChatMessage; set the component");
        assertThatThrownBy(() -> new ToolCall(null, "f", 5))
                .hasMessage("arguments of f was 5, must be a map or a string; pass the arguments by name");
    }

    @Test
    void anEmptyConversationIsRefused() {
        assertThatThrownBy(() -> ChatTemplate.of(PLAIN).renderText(Conversation.of(), RenderOptions.TRAINING))
                .hasMessage("messages was [], must not be empty; pass at least one message");
    }
}
