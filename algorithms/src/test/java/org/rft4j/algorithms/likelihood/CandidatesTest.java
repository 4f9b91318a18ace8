package org.rft4j.algorithms.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.rows.RowEncoder;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.engine.InvalidInputException;

/** Rows of several answers to a prompt. */
class CandidatesTest {
    /** Remembers what it was asked. Drops texts that begin with "long"; texts that begin with "empty" have no trained token. */
    private static final class Asked implements RowEncoder {
        private final List<Answer> answers = new ArrayList<>();

        @Override
        public Optional<ExampleRow> encode(Example of, Prompt prompt, Answer answer) {
            answers.add(answer);
            String text = answer instanceof Answer.Text plain ? plain.text() : "chat";
            if (text.startsWith("long")) {
                return Optional.empty();
            }
            return Optional.of(new ExampleRow(
                    new long[] {1, text.length()}, new boolean[] {false, !text.startsWith("empty")}, 99, Map.of()));
        }
    }

    private final Asked asked = new Asked();

    private final RankedCandidates arrangement = new RankedCandidates("responses", "scores", asked);

    private static TaskRecord task(String id, List<?> responses, List<?> scores) {
        return TaskRecord.of(id, "q").with("responses", responses).with("scores", scores);
    }

    private static List<Float> rewards(ArrangedRows rows) {
        return rows.rows().stream()
                .map(row -> row.columns().getOrDefault(TokenColumn.REWARD, new float[2])[1])
                .toList();
    }

    @Test
    void candidatesOfATaskAreAUnitWithTheirScores() {
        ArrangedRows arranged = arrangement.arrange(
                List.of(task("a", List.of("one", "three"), List.of(0.5, 1)), task("b", List.of("two2"), List.of(-3))));
        assertThat(arranged.rows()).extracting(ExampleRow::unit).containsExactly(0, 0, 1);
        assertThat(arranged.rows()).extracting(row -> row.ids()[1]).containsExactly(3L, 5L, 4L);
        assertThat(rewards(arranged)).containsExactly(0.5f, 1f, -3f);
        assertThat(arranged.metrics()).isEqualTo(Map.of("rrhf/candidates_dropped", 0.0, "rrhf/tasks_dropped", 0.0));
        assertThat(asked.answers).containsExactly(Answer.of("one"), Answer.of("three"), Answer.of("two2"));
    }

    @Test
    void aTaskWhoseBestAreDroppedIsLeftOut() {
        ArrangedRows arranged = arrangement.arrange(List.of(
                task("a", List.of("one", "long"), List.of(0.5, 1)),
                task("b", List.of("one", "longer", "empty", "two"), List.of(1, 0.5, 0.5, 0.75)),
                task("c", List.of("long", "two"), List.of(2, 2)),
                task("d", List.of("empty"), List.of(2))));
        assertThat(arranged.rows()).extracting(ExampleRow::unit).containsExactly(1, 1, 2);
        assertThat(rewards(arranged)).containsExactly(1f, 0.75f, 2f);
        assertThat(arranged.metrics()).isEqualTo(Map.of("rrhf/candidates_dropped", 6.0, "rrhf/tasks_dropped", 2.0));
    }

    @Test
    void candidatesMayBeMessages() {
        TaskRecord chat = new TaskRecord("a", Prompt.of(ChatMessage.user("q")), Map.of())
                .with(
                        "responses",
                        List.of(
                                "text",
                                Map.of("role", "assistant", "content", "message"),
                                List.of(
                                        Map.of("role", "user", "content", "list"),
                                        Map.of("role", "assistant", "content", "of two"))))
                .with("scores", List.of(1, 2, 3));
        arrangement.arrange(List.of(chat));
        assertThat(asked.answers)
                .containsExactly(
                        Answer.of(ChatMessage.assistant("text")),
                        Answer.of(ChatMessage.assistant("message")),
                        Answer.of(ChatMessage.user("list"), ChatMessage.assistant("of two")));
    }

    @Test
    void whatDoesNotFitIsAnError() {
        assertThatThrownBy(() -> arrangement.arrange(List.of(task("a", List.of("one"), List.of(1, 2)))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "scores in column 'scores' of example a was 2, must be as many as the 1 candidates, at least"
                                + " one; score each candidate");
        assertThatThrownBy(() -> arrangement.arrange(List.of(task("a", List.of(), List.of()))))
                .hasMessageStartingWith("scores in column 'scores' of example a was 0, must be as many as the 0");
        assertThatThrownBy(() -> arrangement.arrange(List.of(task("a", List.of(7), List.of(1)))))
                .hasMessage("candidate in column 'responses' of example a was 7, must be a text, a message or a list of"
                        + " messages; map the column when the data is read");
        assertThatThrownBy(() -> arrangement.arrange(List.of(TaskRecord.of("a", "q"))))
                .hasMessageStartingWith("column 'responses' of example a was absent, must be there");
    }
}
