package org.rft4j.core.data.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.chat.RenderOptions;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.InvalidInputException;

class PromptLengthsTest {
    private static final ChatTemplate TEMPLATE = ChatTemplate.of("{% for m in messages %}"
            + "{% if m.role == 'robot' %}{{ raise_exception('no robots') }}{% endif %}{{ m.content }}{% endfor %}"
            + "{% if think %}<think>{% endif %}{% if add_generation_prompt %}:{% endif %}");

    private final Tokenizer tokenizer = Tokenizers.bytes();
    private final PromptEncoder encoder = new PromptEncoder(tokenizer, TEMPLATE, RenderOptions.GENERATION);

    private final Dataset<TaskRecord> tasks = Datasets.of(List.of(
            chat("a", "1234", Map.of()),
            chat("b", "12345", Map.of()),
            chat("c", "12", Map.of("chat_template_kwargs", Map.of("think", true))),
            new TaskRecord("d", Prompt.of(ChatMessage.of("robot", "x")), Map.of()),
            new TaskRecord("e", Prompt.of(new long[] {1, 2, 3, 4, 5}), Map.of()),
            TaskRecord.of("f", "123456")));

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void longPromptsAreDroppedAndCounted() {
        PromptLengths lengths = PromptLengths.drop(tasks, encoder, 5);
        assertThat(lengths.tasks().size()).isEqualTo(2);
        assertThat(lengths.tasks().get(0).id()).isEqualTo("a");
        assertThat(lengths.tasks().get(1).id()).isEqualTo("e");
        assertThat(lengths.tooLong()).isEqualTo(3);
        assertThat(lengths.notRendered()).isEqualTo(1);
        assertThat(lengths.longest()).isEqualTo(2 + "<think>".length() + 1);
        assertThat(lengths.examples()).hasSize(4).contains("b: 6 tokens", "c: 10 tokens", "f: 7 tokens");
        assertThat(lengths.examples().get(2))
                .isEqualTo("d: not rendered (template default, line 1, column 68: no robots; the template refuses this"
                        + " conversation: change the messages)");
    }

    @Test
    void orTheyAreAnError() {
        assertThatThrownBy(() -> PromptLengths.require(tasks, encoder, 5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("prompt of task b was 6 tokens long, must have at most 5; drop such tasks with"
                        + " PromptLengths.drop(...), or allow more");
        assertThatThrownBy(() -> PromptLengths.require(tasks, encoder, 10))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("prompt of task d was not rendered (")
                .hasMessageEndingWith("must be a conversation that the template takes; drop such tasks with"
                        + " PromptLengths.drop(...), or correct them");
        Dataset<TaskRecord> first = Datasets.slice(tasks, 0, 3);
        assertThat(PromptLengths.require(first, encoder, 10).longest()).isEqualTo(10);
    }

    @Test
    void conversationsNeedATemplate() {
        PromptEncoder plain = new PromptEncoder(tokenizer, null, RenderOptions.GENERATION);
        assertThat(plain.encode(TaskRecord.of("x", "ab")))
                .as("a start token comes before")
                .hasSize(3);
        assertThatThrownBy(() -> PromptLengths.drop(tasks, plain, 5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("prompt of task a was a conversation, must be text where there is no chat template; give a"
                        + " ChatTemplate, or make the prompt a text");
    }

    private static TaskRecord chat(String id, String text, Map<String, Object> columns) {
        return new TaskRecord(id, Prompt.of(ChatMessage.user(text)), columns);
    }
}
