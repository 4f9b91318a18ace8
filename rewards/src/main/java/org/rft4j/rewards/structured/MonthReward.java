package org.rft4j.rewards.structured;

import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rewards.VerifiableReward;

/**
 * A month that is nearly right earns nearly all: {@code exp(-alpha * months off)}. The first {@code yyyy-mm} of the answer counts.
 *
 * <p>Time-R1 (arXiv 2505.13508), its reward for inferring dates; its format and consistency terms are rewards of their own here.
 *
 * @param column the task's month, {@code yyyy-mm}
 * @param part where the answer stands
 * @param alpha how fast the reward falls; 0.1 in the paper's easy stage
 */
public record MonthReward(String column, AnswerPart part, double alpha) implements VerifiableReward {
    private static final Pattern MONTH = Pattern.compile("\\b\\d{4}-(?:0[1-9]|1[0-2])\\b");

    /** Checks alpha. */
    public MonthReward {
        Check.that(alpha > 0 && Double.isFinite(alpha), "alpha", alpha, "must be positive", "use 0.1");
    }

    @Override
    public Score score(RewardSample sample) {
        YearMonth expected = expected(sample.task());
        Optional<Matcher> found = part.in(sample).map(MONTH::matcher).filter(Matcher::find);
        if (found.isEmpty()) {
            return Score.of(0).withFeedback(Feedback.negative("The answer names no month as yyyy-mm", name()));
        }
        long off = Math.abs(
                ChronoUnit.MONTHS.between(expected, YearMonth.parse(found.get().group())));
        return Score.of(Math.exp(-alpha * off)).withComponent("monthsOff", (double) off);
    }

    private YearMonth expected(TaskRecord task) {
        try {
            return YearMonth.parse(task.text(column));
        } catch (DateTimeParseException e) {
            throw new InvalidInputException(
                    "column '" + column + "' of task " + task.id(),
                    task.text(column),
                    "must be a month as yyyy-mm",
                    "rewrite it when the data is read");
        }
    }

    @Override
    public String name() {
        return "monthReward";
    }

    @Override
    public List<String> right(TaskRecord task) {
        return List.of(part.written(expected(task).toString()));
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", part.written(expected(task).plusMonths(7).toString()));
    }
}
