package org.rft4j.rewards.structured;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
 * or named twice cost all their pairs; items that do not belong there are passed over. Items are compared in lower case, without blanks
 * around them and without list marks before them.
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
        int[] places = places(expected, Items.in(answer.get(), separator, expected));
        long right = 0;
        for (int i = 0; i < places.length; i++) {
            for (int j = i + 1; j < places.length; j++) {
                right += places[i] >= 0 && places[i] < places[j] ? 1 : 0;
            }
        }
        double pairs = expected.size() * (expected.size() - 1.0) / 2;
        return Score.of(right / pairs);
    }

    /** Where each item stands, -1 where it is missing or stands twice. */
    private static int[] places(List<String> expected, List<String> named) {
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < named.size(); i++) {
            first.merge(named.get(i), i, (one, other) -> -1);
        }
        return expected.stream().mapToInt(item -> first.getOrDefault(item, -1)).toArray();
    }

    private List<String> expected(TaskRecord task) {
        Object value = task.value(column);
        List<String> items = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(item -> items.add(Items.normal(String.valueOf(item))));
        }
        Check.that(
                items.size() >= 2 && new HashSet<>(items).size() == items.size(),
                "column '" + column + "' of task " + task.id(),
                value,
                "must be a list of at least two different strings",
                "leave the row out");
        return items;
    }

    @Override
    public String name() {
        return "orderReward";
    }

    @Override
    public List<String> right(TaskRecord task) {
        return List.of(part.written(Items.written(expected(task), separator)));
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        List<String> reversed = new ArrayList<>(expected(task));
        java.util.Collections.reverse(reversed);
        return List.of("", part.written(Items.written(reversed, separator)));
    }
}
