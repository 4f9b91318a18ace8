package org.rft4j.rewards.structured;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * An answer that puts given items in order: the share of pairs that stand as they should, 0 for a reversed order. Items that are missing
 * or named twice cost all their pairs; items that do not belong there are passed over.
 *
 * @param column the task's items in their right order, a list of at least two different strings
 * @param part where the answer stands
 * @param separator between items
 */
public record OrderReward(String column, AnswerPart part, Pattern separator) implements VerifiableReward {
    @Override
    public Score score(RewardSample sample) {
        List<String> expected = expected(sample.task());
        Optional<String> answer = part.in(sample);
        if (answer.isEmpty()) {
            return Score.of(0).withFeedback(Feedback.negative("There is no answer in the expected place", name()));
        }
        List<String> named = new ArrayList<>();
        for (String item : separator.split(answer.get().strip())) {
            named.add(normal(item));
        }
        int right = 0;
        for (int i = 0; i < expected.size(); i++) {
            for (int j = i + 1; j < expected.size(); j++) {
                right += standsOnce(named, expected.get(i))
                                && standsOnce(named, expected.get(j))
                                && named.indexOf(expected.get(i)) < named.indexOf(expected.get(j))
                        ? 1
                        : 0;
            }
        }
        double pairs = expected.size() * (expected.size() - 1) / 2.0;
        return Score.of(right / pairs);
    }

    private static boolean standsOnce(List<String> named, String item) {
        int first = named.indexOf(item);
        return first >= 0 && first == named.lastIndexOf(item);
    }

    private List<String> expected(TaskRecord task) {
        Object value = task.value(column);
        List<String> items = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(item -> items.add(normal(String.valueOf(item))));
        }
        Check.that(
                items.size() >= 2 && new HashSet<>(items).size() == items.size(),
                "column '" + column + "' of task " + task.id(),
                value,
                "must be a list of at least two different strings",
                "leave the row out");
        return items;
    }

    private static String normal(String item) {
        return item.strip().toLowerCase(Locale.ROOT);
    }

    @Override
    public String name() {
        return "orderReward";
    }

    @Override
    public List<String> right(TaskRecord task) {
        return List.of(part.written(String.join(", ", expected(task))));
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        List<String> reversed = new ArrayList<>(expected(task));
        java.util.Collections.reverse(reversed);
        return List.of("", part.written(String.join(", ", reversed)));
    }
}
