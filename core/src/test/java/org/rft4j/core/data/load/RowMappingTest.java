package org.rft4j.core.data.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.LanguageModeling;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.Stepwise;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.UnpairedPreference;
import org.rft4j.core.data.rows.DataException;
import org.rft4j.core.data.rows.Row;

class RowMappingTest {
    private static final Map<String, Object> ASKS = Map.of("role", "user", "content", "Sky?");
    private static final Map<String, Object> BLUE = Map.of("role", "assistant", "content", "Blue.");
    private static final Map<String, Object> GREEN = Map.of("role", "assistant", "content", "Green.");

    @Test
    void aTaskKeepsWhatItsRewardsNeed() {
        TaskRecord task = RowMapping.asIs().tasks().read(row("prompt", "2+2=", "answer", 4L, "note", null));
        assertThat(task.id()).isEqualTo("f.jsonl:7");
        assertThat(task.prompt()).isEqualTo(Prompt.of("2+2="));
        assertThat(task.columns()).containsOnlyKeys("answer", "note").containsEntry("answer", 4L);
    }

    @Test
    void questionsBecomeConversations() {
        ExampleReader<TaskRecord> reader = RowMapping.asIs()
                .compute(
                        "prompt",
                        row -> Prompt.of(ChatMessage.system("Think."), ChatMessage.user(row.text("question"))))
                .rename("answer", "gold")
                .constant("source", "gsm8k")
                .withId(IdRule.place("gsm8k"))
                .tasks();
        TaskRecord task = reader.read(row("question", "2+2?", "answer", "4"));
        assertThat(task.prompt()).isEqualTo(Prompt.of(ChatMessage.system("Think."), ChatMessage.user("2+2?")));
        assertThat(task.columns()).isEqualTo(Map.of("question", "2+2?", "gold", "4", "source", "gsm8k"));
        assertThat(task.id()).isEqualTo("gsm8k:7");
    }

    @Test
    void verlRowsAreReadThroughAMapping() {
        ExampleReader<TaskRecord> verl = RowMapping.asIs()
                .compute("answer", row -> row.at("reward_model", "ground_truth"))
                .withId(row -> row.at("extra_info", "split") + ":" + row.at("extra_info", "index"))
                .tasks();
        TaskRecord task = verl.read(row(
                "data_source", "openai/gsm8k",
                "prompt", List.of(ASKS),
                "ability", "math",
                "reward_model", Map.of("style", "rule", "ground_truth", "72"),
                "extra_info", Map.of("split", "train", "index", 0L)));
        assertThat(task.id()).isEqualTo("train:0");
        assertThat(task.prompt()).isEqualTo(Prompt.of(ChatMessage.user("Sky?")));
        assertThat(task.text("answer")).isEqualTo("72");
        assertThat(task.text("data_source")).isEqualTo("openai/gsm8k");
        assertThatThrownBy(() -> verl.read(row("prompt", "x", "reward_model", Map.of("style", "rule"))))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "f.jsonl:7, column 'reward_model': was {style=rule}, must be a map that has 'ground_truth'; "
                                + "correct the row, map its columns, or skip bad rows");
    }

    @Test
    void toolsAreListsOrJson() {
        Map<String, Object> schema = Map.of("type", "function", "function", Map.of("name", "f"));
        Prompt expected = new Prompt.Chat(
                new Conversation(List.of(ChatMessage.user("Sky?")), List.of(new ToolSpec(schema)), List.of()));
        String json = "[{\"type\": \"function\", \"function\": {\"name\": \"f\"}}]";
        for (Object tools : List.of(List.of(schema), json)) {
            TaskRecord task = RowMapping.asIs().tasks().read(row("prompt", List.of(ASKS), "tools", tools));
            assertThat(task.prompt()).isEqualTo(expected);
            assertThat(task.columns()).isEmpty();
            TaskRecord computed = RowMapping.asIs()
                    .compute("prompt", row -> Prompt.of(ChatMessage.user("Sky?")))
                    .tasks()
                    .read(row("tools", tools));
            assertThat(computed.prompt()).isEqualTo(expected);
        }
    }

    @Test
    void theOtherShapes() {
        Map<String, Object> more = Map.of("source", "s");
        PromptCompletion pair =
                RowMapping.asIs().promptCompletions().read(row("prompt", "a", "completion", "b", "source", "s"));
        assertThat(pair).isEqualTo(new PromptCompletion("f.jsonl:7", Prompt.of("a"), Answer.of("b"), more));
        PromptCompletion talk =
                RowMapping.asIs().promptCompletions().read(row("prompt", List.of(ASKS), "completion", List.of(BLUE)));
        assertThat(talk.completion()).isEqualTo(Answer.of(ChatMessage.assistant("Blue.")));
        UnpairedPreference label = RowMapping.asIs()
                .unpairedPreferences()
                .read(row("prompt", "a", "completion", "b", "label", false, "source", "s"));
        assertThat(label).isEqualTo(new UnpairedPreference("f.jsonl:7", Prompt.of("a"), Answer.of("b"), false, more));
        LanguageModeling text = RowMapping.asIs().languageModeling().read(row("text", "all", "source", "s"));
        assertThat(text).isEqualTo(new LanguageModeling("f.jsonl:7", Prompt.of("all"), more));
        LanguageModeling messages =
                RowMapping.asIs().languageModeling().read(row("text", null, "messages", List.of(ASKS, BLUE)));
        assertThat(messages.content()).isEqualTo(Prompt.of(ChatMessage.user("Sky?"), ChatMessage.assistant("Blue.")));
        Stepwise steps = RowMapping.asIs()
                .stepwise()
                .read(row(
                        "prompt",
                        "a",
                        "completions",
                        List.of("b", "c"),
                        "labels",
                        List.of(true, false),
                        "source",
                        "s"));
        assertThat(steps)
                .isEqualTo(new Stepwise("f.jsonl:7", Prompt.of("a"), List.of("b", "c"), List.of(true, false), more));
        Preference preference = RowMapping.asIs()
                .preferences()
                .read(row("prompt", List.of(ASKS), "chosen", List.of(BLUE), "rejected", List.of(GREEN), "source", "s"));
        assertThat(preference.chosen()).isEqualTo(Answer.of(ChatMessage.assistant("Blue.")));
        assertThat(preference.columns()).isEqualTo(more);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tasks|question=x|column 'prompt': was absent, must be there, the row has [question]",
                "tasks|prompt=5|column 'prompt': was 5, must be a string or a list of messages",
                "tasks|prompt=[]|column 'prompt': was an empty list, must have at least one message",
                "tasks|prompt=[x]|column 'prompt[0]': was x, must be a map",
                "tasks|prompt=[asks,empty]|column 'prompt[1]': was {} (role was null, must be a string; give every message a role),"
                        + " must be a message with role and content",
                "tasks|prompt=[asks];tools={|column 'tools': was {, must be JSON: not read",
                "tasks|prompt=[asks];tools=7|column 'tools': was 7, must be a list of schemas, or JSON of one",
                "tasks|prompt=x;chat_template_kwargs=7|column 'chat_template_kwargs': was 7, must be a map of template variables",
                "unpaired|prompt=x;completion=y;label=1|column 'label': was 1, must be true or false",
                "lm|text=x;messages=[asks]|column 'text': was there beside 'messages', must be absent or null",
                "stepwise|prompt=x;completions=x;labels=[]|column 'completions': was x, must be a list of strings",
                "preferences|chosen=x;rejected=[asks]|column 'rejected': was of another kind than 'chosen', must be text like it",
                "preferences|chosen=;rejected=x|column 'chosen': was empty, must hold the prompt if there is none",
                "preferences|chosen=[asks];rejected=[blue]|column 'chosen': was without a message in common with 'rejected'",
            })
    void aRowThatDoesNotFitSaysWhichColumn(String shape, String columns, String message) {
        RowMapping mapping = RowMapping.asIs();
        Map<String, ExampleReader<? extends Example>> readers = Map.of(
                "tasks", mapping.tasks(),
                "unpaired", mapping.unpairedPreferences(),
                "lm", mapping.languageModeling(),
                "stepwise", mapping.stepwise(),
                "preferences", mapping.preferences());
        Row row = new Row("f.jsonl", 7, parsed(columns));
        assertThatThrownBy(() -> readers.get(shape).read(row))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("f.jsonl:7, " + message)
                .hasMessageEndingWith("; correct the row, map its columns, or skip bad rows");
    }

    @Test
    void renamingNeverOverwrites() {
        RowMapping mapping = RowMapping.asIs().rename("question", "prompt");
        assertThat(mapping.tasks().read(row("prompt", null, "question", "q")).prompt())
                .isEqualTo(Prompt.of("q"));
        assertThat(mapping.tasks().read(row("prompt", "p")).prompt()).isEqualTo(Prompt.of("p"));
        assertThatThrownBy(() -> mapping.tasks().read(row("prompt", "p", "question", "q")))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(
                        "f.jsonl:7, column 'prompt': was there already, must not be there when 'question' is"
                                + " renamed to it");
    }

    @Test
    void idsComeFromPlaceColumnOrContent() {
        Row row = row("prompt", "p", "task_id", 12L, "flag", true);
        assertThat(RowMapping.asIs()
                        .withId(IdRule.column("task_id"))
                        .tasks()
                        .read(row)
                        .id())
                .isEqualTo("12");
        ExampleReader<TaskRecord> byContent =
                RowMapping.asIs().withId(IdRule.content("prompt", "task_id")).tasks();
        assertThat(byContent.read(row).id()).isEqualTo("5d71627b94cb0c735c4153d945b77f03");
        assertThat(byContent.read(new Row("g", 1, row.columns())).id())
                .isEqualTo(byContent.read(row).id());
        assertThat(byContent.read(row.with("prompt", "q")).id())
                .isNotEqualTo(byContent.read(row).id());
        assertThatThrownBy(() -> IdRule.column("flag").of(row))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(
                        "f.jsonl:7, column 'flag': was true, must be a string or a number, to be an id");
    }

    private static Row row(Object... namesAndValues) {
        Map<String, Object> columns = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            columns.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Row("f.jsonl", 7, columns);
    }

    /** Columns from {@code name=value;name=value}; values are numbers, texts, and lists of the messages above. */
    private static Map<String, Object> parsed(String text) {
        Map<String, Object> columns = new LinkedHashMap<>();
        for (String column : text.split(";")) {
            String[] parts = column.split("=", 2);
            Object value = parts[1];
            if (parts[1].matches("\\d+")) {
                value = Long.valueOf(parts[1]);
            } else if (parts[1].startsWith("[")) {
                String inner = parts[1].substring(1, parts[1].length() - 1);
                value = inner.isEmpty()
                        ? List.of()
                        : List.of(inner.split(",")).stream()
                                .map(RowMappingTest::message)
                                .toList();
            }
            columns.put(parts[0], value);
        }
        return columns;
    }

    private static Object message(String name) {
        return Map.<String, Object>of("asks", ASKS, "blue", BLUE, "empty", Map.of())
                .getOrDefault(name, name);
    }
}
