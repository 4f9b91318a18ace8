package org.rft4j.rewards.format;

import java.util.List;
import java.util.regex.Pattern;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * 1 where a regular expression matches, 0 where it does not, or where it gives up after {@code steps} looks at the text.
 *
 * @param name what metrics call it
 * @param pattern the expression
 * @param whole whether it must match the whole completion (true) or a part of it
 * @param example a completion that matches, for the self-check
 * @param steps the most looks at the text
 */
public record PatternFormat(String name, Pattern pattern, boolean whole, String example, long steps)
        implements VerifiableReward {
    /** Enough for patterns without nested repetitions on texts of a million characters. */
    public static final long DEFAULT_STEPS = BoundedText.DEFAULT_STEPS;

    /** Checks the example. */
    public PatternFormat {
        Check.that(steps > 0, "steps", steps, "must be positive", "use PatternFormat.DEFAULT_STEPS");
        Check.that(
                whole
                        ? pattern.matcher(example).matches()
                        : pattern.matcher(example).find(),
                "example of " + name,
                "'" + example + "'",
                "must match " + pattern,
                "correct one of the two");
    }

    @Override
    public Score score(RewardSample sample) {
        BoundedText text = new BoundedText(sample.completion(), steps);
        try {
            boolean matches = whole
                    ? pattern.matcher(text).matches()
                    : pattern.matcher(text).find();
            Score score = Score.of(matches);
            return matches
                    ? score
                    : score.withFeedback(Feedback.negative("The answer does not have the form " + pattern, name));
        } catch (BoundedText.ExhaustedException | StackOverflowError e) {
            return Score.of(0).withDiagnostic("gaveUp", "the pattern took too many steps on this text");
        }
    }

    @Override
    public List<String> right(TaskRecord task) {
        return List.of(example);
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return whole ? List.of("\u2042" + example + "\u2042") : List.of("");
    }
}
