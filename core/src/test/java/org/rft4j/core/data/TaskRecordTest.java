package org.rft4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.engine.InvalidInputException;

class TaskRecordTest {
    private final TaskRecord task =
            TaskRecord.of("t1", "1+1?").with("answer", 2).with("hint", null).with("tests", List.of("a", "b"));

    @Test
    void columnsAreReadAsWhatTheyAre() {
        TaskRecord typed =
                task.with("yes", true).with("half", 0.5).with("tiny", 1e-10).with("name", "x");
        assertThat(typed.number("answer")).isEqualTo(2);
        assertThat(typed.text("answer")).isEqualTo("2");
        assertThat(typed.text("yes")).isEqualTo("true");
        assertThat(typed.text("half")).isEqualTo("0.5");
        assertThat(typed.text("tiny")).isEqualTo("1.0E-10");
        assertThat(typed.text("name")).isEqualTo("x");
        assertThat(typed.value("tests")).isEqualTo(List.of("a", "b"));
        assertThat(typed.prompt()).isEqualTo(new Prompt.Text("1+1?"));
        assertThat(typed.columns().keySet()).containsExactly("answer", "hint", "tests", "yes", "half", "tiny", "name");
        assertThat(typed.with("answer", 3).number("answer")).isEqualTo(3);
        assertThat(typed.number("answer")).isEqualTo(2);
    }

    @Test
    void aColumnThatIsNullHasNoValue() {
        assertThat(task.has("answer")).isTrue();
        assertThat(task.has("hint")).isFalse();
        assertThat(task.has("other")).isFalse();
        assertThat(task.columns()).containsEntry("hint", null);
        assertThatThrownBy(() -> task.value("other"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("column 'other' of task t1 was absent, must be there, the task has [answer, hint, tests]; "
                        + "name the right column, or map it when the data is read");
        assertThatThrownBy(() -> task.text("hint"))
                .hasMessage("column 'hint' of task t1 was null, must be there, the task has [answer, hint, tests]; "
                        + "name the right column, or map it when the data is read");
    }

    @Test
    void aColumnOfAnotherTypeIsRefused() {
        assertThatThrownBy(() -> task.text("tests"))
                .hasMessage("column 'tests' of task t1 was [a, b], must be a string, number or boolean; "
                        + "read lists and maps with value()");
        assertThatThrownBy(() -> task.with("answer", "two").number("answer"))
                .hasMessage("column 'answer' of task t1 was two, must be a number; read it with text()");
        assertThatThrownBy(() -> TaskRecord.of(" ", "x"))
                .hasMessage("id of a task was ' ', must not be blank; number the records of the data set");
    }

    @Test
    void whatIsNotDataIsRefused() {
        assertThatThrownBy(() -> task.with("when", List.of(new Date(0))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("column 'when' of task t1 was a java.util.Date, must be null, a boolean, number, string, "
                        + "list or map; write other values as text");
        assertThatThrownBy(() -> task.with("map", Map.of(1, 2)))
                .hasMessage("column 'map' of task t1 was a map with the key 1, must have strings as keys; name them");
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        assertThatThrownBy(() -> task.with("endless", endless))
                .hasMessage("column 'endless' of task t1 was nested deeper than 200, must not be; flatten it");
    }

    @Test
    void columnsAreCopiedToTheBottom() {
        List<Object> inner = new ArrayList<>(List.of(1));
        Map<String, Object> fields = new HashMap<>(Map.of("inner", inner));
        Map<String, Object> columns = new LinkedHashMap<>(Map.of("outer", List.of(fields)));
        TaskRecord record = new TaskRecord("t", Prompt.of("x"), columns);
        inner.add(2);
        fields.put("more", 1);
        columns.clear();
        assertThat(record.columns()).isEqualTo(Map.of("outer", List.of(Map.of("inner", List.of(1)))));
        assertThatThrownBy(() -> record.columns().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ((List<?>) record.value("outer")).clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void tokensOfAPromptAreCopiedAndCompared() {
        long[] ids = {1, 2};
        Prompt.Tokens prompt = (Prompt.Tokens) Prompt.of(ids);
        ids[0] = 9;
        prompt.ids()[1] = 9;
        assertThat(prompt.ids()).containsExactly(1, 2);
        assertThat(prompt).isEqualTo(Prompt.of(new long[] {1, 2})).hasSameHashCodeAs(Prompt.of(new long[] {1, 2}));
        assertThat(prompt).isNotEqualTo(Prompt.of(new long[] {1, 3})).hasToString("Tokens[1, 2]");
    }

    @Test
    void promptsThatSayNothingAreRefused() {
        assertThatThrownBy(() -> Prompt.of(new long[0]))
                .hasMessage("tokens of a prompt was none, must be at least one; "
                        + "begin an empty prompt with the model's start token");
        assertThatThrownBy(() -> Prompt.of(new long[] {3, -1}))
                .hasMessage("token of a prompt was -1, must be at least 0; pass ids of the model's tokenizer");
        assertThatThrownBy(() -> Prompt.of(new ChatMessage[0]))
                .hasMessage("messages of a prompt was none, must be at least one; ask something");
        assertThat(((Prompt.Chat) Prompt.of(ChatMessage.user("a")))
                        .conversation()
                        .messages())
                .containsExactly(ChatMessage.user("a"));
    }
}
