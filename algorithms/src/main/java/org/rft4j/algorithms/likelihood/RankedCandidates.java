package org.rft4j.algorithms.likelihood;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.algorithms.rows.RowEncoder;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * The data side of RRHF: one column of a task holds candidates and one their scores. Rows of a task are a unit, each with its score as
 * {@link TokenColumn#REWARD}.
 *
 * <p>A candidate that the encoder drops is left out of its task. Where that is each of the best, the whole task is left out, because there is nothing
 * to learn. Metrics: {@code rrhf/candidates_dropped} and {@code rrhf/tasks_dropped}.
 *
 * @param candidates column of texts, messages or lists of messages; a text after a conversation is what the assistant says
 * @param scores column of numbers, higher is better
 * @param encoder makes token sequences
 */
public record RankedCandidates(String candidates, String scores, RowEncoder encoder)
        implements ExampleArrangement<TaskRecord> {
    @Override
    public ArrangedRows arrange(List<TaskRecord> examples) {
        List<ExampleRow> rows = new ArrayList<>();
        int given = 0;
        int tasks = 0;
        for (int unit = 0; unit < examples.size(); unit++) {
            TaskRecord task = examples.get(unit);
            List<?> answers = ExampleNumbers.list(task, candidates);
            double[] ranks = ranks(task, answers.size());
            List<ExampleRow> ofTask = new ArrayList<>();
            double best = Double.NEGATIVE_INFINITY;
            double bestKept = Double.NEGATIVE_INFINITY;
            for (int n = 0; n < ranks.length; n++) {
                best = Math.max(best, ranks[n]);
                Optional<ExampleRow> row = encoder.encode(task, task.prompt(), answer(task, answers.get(n)));
                if (row.isPresent() && row.get().hasTrained()) {
                    bestKept = Math.max(bestKept, ranks[n]);
                    ofTask.add(inUnit(row.get(), unit).withNumber(TokenColumn.REWARD, ranks[n]));
                }
            }
            given += ranks.length;
            if (bestKept == best) {
                rows.addAll(ofTask);
                tasks++;
            }
        }
        return new ArrangedRows(
                rows,
                Map.of(
                        "rrhf/candidates_dropped", (double) (given - rows.size()),
                        "rrhf/tasks_dropped", (double) (examples.size() - tasks)));
    }

    private double[] ranks(TaskRecord task, int answers) {
        double[] ranks = ExampleNumbers.numbers(task, scores);
        Check.that(
                ranks.length == answers && answers > 0,
                "scores in column '" + scores + "' of example " + task.id(),
                ranks.length,
                "must be as many as the " + answers + " candidates, at least one",
                "score each candidate");
        return ranks;
    }

    private Answer answer(TaskRecord task, Object candidate) {
        if (candidate instanceof String text) {
            return task.prompt() instanceof Prompt.Chat ? Answer.of(ChatMessage.assistant(text)) : Answer.of(text);
        }
        List<?> messages = candidate instanceof List<?> list ? list : List.of(candidate);
        return new Answer.Messages(
                messages.stream().map(message -> message(task, message)).toList());
    }

    private ChatMessage message(TaskRecord task, Object message) {
        if (message instanceof Map<?, ?> fields) {
            Map<String, Object> named = new LinkedHashMap<>();
            fields.forEach((name, value) -> named.put(String.valueOf(name), value));
            return ChatMessage.fromMap(named);
        }
        throw new InvalidInputException(
                "candidate in column '" + candidates + "' of example " + task.id(),
                message,
                "must be a text, a message or a list of messages",
                "map the column when the data is read");
    }

    private static ExampleRow inUnit(ExampleRow row, int unit) {
        return new ExampleRow(row.ids(), row.trained(), unit, row.columns());
    }
}
