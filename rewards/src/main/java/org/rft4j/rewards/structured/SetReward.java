package org.rft4j.rewards.structured;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * An answer that names several things in any order: {@code (found - extraPenalty * extra) / expected}, never below 0. Naming everything
 * one can think of does not pay. Items are compared in lower case, without blanks around them and without list marks before them.
 *
 * @param column the task's items, a list of strings
 * @param part where the answer stands
 * @param separator between items
 * @param extraPenalty what an item that is not expected costs, in items
 */
public record SetReward(String column, AnswerPart part, Pattern separator, double extraPenalty)
        implements VerifiableReward {
    /** Items between commas, semicolons or line breaks. */
    public static final Pattern LISTED = Pattern.compile("[,;\\n]");

    /** Checks the penalty. */
    public SetReward {
        Check.that(
                extraPenalty >= 0 && Double.isFinite(extraPenalty),
                "extraPenalty",
                extraPenalty,
                "must be at least 0",
                "use 1: a wrong item takes away a right one");
    }

    @Override
    public Score score(RewardSample sample) {
        Set<String> expected = expected(sample.task());
        Optional<String> answer = part.in(sample);
        if (answer.isEmpty()) {
            return Score.of(0).withFeedback(Feedback.negative("There is no answer in the expected place", name()));
        }
        Set<String> named = new LinkedHashSet<>(Items.in(answer.get(), separator, expected));
        named.remove("");
        Set<String> found = new LinkedHashSet<>(named);
        found.retainAll(expected);
        int extra = named.size() - found.size();
        double value = Math.max(0, (found.size() - extraPenalty * extra) / expected.size());
        Score score = Score.of(value).withComponent("found", found.size()).withComponent("extra", extra);
        return value == 1
                ? score
                : score.withFeedback(Feedback.negative(
                        found.size() + " of " + expected.size() + " items are named, and " + extra
                                + " that do not belong there",
                        name()));
    }

    private Set<String> expected(TaskRecord task) {
        Object value = task.value(column);
        Check.that(
                value instanceof List<?> list && !list.isEmpty(),
                "column '" + column + "' of task " + task.id(),
                value,
                "must be a list with at least one string",
                "split the items when the data is read");
        Set<String> items = new LinkedHashSet<>();
        ((List<?>) value).forEach(item -> items.add(Items.normal(String.valueOf(item))));
        return items;
    }

    @Override
    public String name() {
        return "setReward";
    }

    @Override
    public List<String> right(TaskRecord task) {
        List<String> items = new ArrayList<>(expected(task));
        return List.of(part.written(Items.written(items, separator)));
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", part.written("\u2042"));
    }
}
