package org.rft4j.rewards.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rewards.VerifiableReward;
import org.rft4j.rewards.structured.AnswerPart;

/**
 * An answer in JSON that has, at given paths, what the gold document has there; all else in it is free. A path that leads to several values
 * compares them one by one, in order; one that leads nowhere in the gold document must lead nowhere in the answer. Numbers are compared by
 * value, so {@code 1.0} is {@code 1}; texts exactly; objects without regard to the order of their fields.
 *
 * @param paths what is compared
 * @param column the task's gold document: a list or map, or a text of JSON
 * @param part where the answer stands
 * @param partial whether the value is the share of paths that agree, instead of 1 if all do and else 0
 * @param limits how much of an answer is read
 */
public record JsonPathReward(List<JsonPath> paths, String column, AnswerPart part, boolean partial, JsonLimits limits)
        implements VerifiableReward {
    private static final Comparator<JsonNode> BY_VALUE = (one, other) -> {
        boolean numbers = one.isNumber() && other.isNumber();
        boolean same = numbers ? one.decimalValue().compareTo(other.decimalValue()) == 0 : one.equals(other);
        return same ? 0 : 1; // JsonNode asks no more than whether it is 0
    };

    /** Checks and copies the paths. */
    public JsonPathReward {
        paths = List.copyOf(paths);
        Check.that(!paths.isEmpty(), "paths", "none", "must be at least one", "use JsonPath.of(\"$\") for the whole");
    }

    /**
     * All paths must agree. The answer is the last fenced block named json or not named, or else all of the completion.
     *
     * @param column the task's gold document
     * @param paths what is compared, such as {@code $.name}
     * @return the reward
     */
    public static JsonPathReward of(String column, String... paths) {
        return new JsonPathReward(
                List.of(paths).stream().map(JsonPath::of).toList(),
                column,
                JsonReading.LAST_BLOCK,
                false,
                JsonLimits.DEFAULT);
    }

    @Override
    public Score score(RewardSample sample) {
        JsonNode gold = gold(sample.task());
        Optional<String> answer = part.in(sample);
        if (answer.isEmpty()) {
            return broken("There is no JSON in the expected place");
        }
        JsonReading reading = JsonReading.of(answer.get(), limits);
        if (reading instanceof JsonReading.Broken broken) {
            return broken("The answer is not JSON: " + broken.problem());
        }
        JsonNode given = ((JsonReading.Value) reading).node();
        List<Feedback> faults = new ArrayList<>();
        for (JsonPath path : paths) {
            difference(path, expected(path, gold, sample.task()), path.select(given))
                    .ifPresent(text -> faults.add(Feedback.negative(text, name())));
        }
        double share = 1 - (double) faults.size() / paths.size();
        return Score.of(partial || faults.isEmpty() ? share : 0)
                .withComponent("json", 1)
                .withComponent("agreeing", share)
                .withFeedback(faults.toArray(Feedback[]::new));
    }

    /** The first way in which an answer differs at a path; it does not say what is expected. */
    private static Optional<String> difference(
            JsonPath path, List<JsonPath.Found> expected, Optional<List<JsonPath.Found>> selected) {
        if (selected.isEmpty()) {
            return Optional.of("At " + path + " there are too many values to compare");
        }
        List<JsonPath.Found> given = selected.get();
        if (given.isEmpty() && !expected.isEmpty()) {
            return Optional.of("At " + path + " there is nothing");
        }
        if (expected.isEmpty() && !given.isEmpty()) {
            return Optional.of("At " + given.get(0).pointer() + " there should be nothing");
        }
        if (given.size() != expected.size()) {
            return Optional.of("At " + path + " there are " + given.size() + " values, which is "
                    + (given.size() < expected.size() ? "too few" : "too many"));
        }
        for (int i = 0; i < given.size(); i++) {
            if (!expected.get(i).value().equals(BY_VALUE, given.get(i).value())) {
                String pointer = given.get(i).pointer();
                return Optional.of(
                        (pointer.isEmpty() ? "The whole" : "The value at " + pointer) + " is another than expected");
            }
        }
        return Optional.empty();
    }

    private Score broken(String what) {
        return Score.of(0).withComponent("json", 0).withFeedback(Feedback.negative(what, name()));
    }

    private List<JsonPath.Found> expected(JsonPath path, JsonNode gold, TaskRecord task) {
        return path.select(gold).orElseThrow(() -> unfit(task, "must have at most 10,000 values at " + path));
    }

    private JsonNode gold(TaskRecord task) {
        JsonNode gold = JsonReading.column(task, column);
        boolean any =
                paths.stream().anyMatch(path -> !expected(path, gold, task).isEmpty());
        if (!any) {
            throw unfit(task, "must have a value at one of " + paths);
        }
        return gold;
    }

    private InvalidInputException unfit(TaskRecord task, String rule) {
        String value = String.valueOf(task.value(column));
        return new InvalidInputException(
                "column '" + column + "' of task " + task.id(),
                value.length() > 60 ? value.substring(0, 60) + "..." : value,
                rule,
                "correct the row or the paths");
    }

    @Override
    public String name() {
        return "jsonPath";
    }

    @Override
    public List<String> right(TaskRecord task) {
        return List.of(part.written(gold(task).toString()));
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", part.written("{\"a\": "), part.written("\"\u2042\""));
    }
}
