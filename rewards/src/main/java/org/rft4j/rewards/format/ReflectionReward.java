package org.rft4j.rewards.format;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;

/**
 * An answer, a reflection, and a second answer: {@code <think>, <answer>, <reflection>, <think>, <answer>}, in this order. Accuracy: wrong
 * then right 1, twice right 0.75, right then wrong 0.25, twice wrong 0; a single right answer 0.5. The format adds 0.5, and the length up
 * to 0.1: {@code 0.1 * exp(-((L - T) / (Tmax - T))^2)} with L the length of all, T twice and Tmax two and a half times that of the first
 * thoughts and answer.
 *
 * <p>SRPO (SUSTechBruce/SRPO_MLLMs), lengths in characters. Differences from the code: a second answer that is missing costs format and length, not
 * everything, and no text is taken for right because its gold answer cannot be read.
 *
 * @param outcome tells right from wrong, asked with each answer's section alone, tags included: right from {@code rightFrom} on
 * @param rightFrom the outcome's value from which on an answer is right
 */
public record ReflectionReward(Reward outcome, double rightFrom) implements Reward {
    private static final List<String> ORDER = List.of("think", "answer", "reflection", "think", "answer");
    private static final double FORMAT = 0.5;
    private static final double LENGTH = 0.1;
    private static final double SINGLE = 0.5;

    /** What the two answers are worth, by whether the first and the second are right. */
    private static final Map<List<Boolean>, Double> ACCURACY = Map.of(
            List.of(false, true),
            1.0,
            List.of(true, true),
            0.75,
            List.of(true, false),
            0.25,
            List.of(false, false),
            0.0);

    /** Checks the threshold. */
    public ReflectionReward {
        Check.that(Double.isFinite(rightFrom), "rightFrom", rightFrom, "must be finite", "use 1");
    }

    /** Where sections end, in order, as far as they are there. */
    private record Sections(int count, int firstEnd, int secondEnd, String first, String second) {}

    @Override
    public Score score(RewardSample sample) throws Exception {
        Sections sections = sections(sample.completion());
        boolean twice = sections.count() == ORDER.size();
        Optional<Boolean> first = right(sample, sections.first());
        if (first.isEmpty()) {
            return Score.notApplicable(outcome.name() + " is not applicable");
        }
        double accuracy = first.get() ? SINGLE : 0;
        if (twice) {
            accuracy = ACCURACY.getOrDefault(
                    List.of(first.get(), right(sample, sections.second()).orElse(false)), 0.0);
        }
        double target = 2.0 * sections.firstEnd();
        double off = twice ? (sections.secondEnd() - target) / (0.25 * target) : 0;
        double length = twice ? LENGTH * Math.exp(-off * off) : 0;
        double format = twice ? FORMAT : 0;
        Score score = Score.of(accuracy + format + length)
                .withComponent("accuracy", accuracy)
                .withComponent("format", format)
                .withComponent("length", length);
        return twice
                ? score
                : score.withFeedback(Feedback.negative(
                        "After " + sections.count() + " sections there is no <" + ORDER.get(sections.count()) + ">",
                        name()));
    }

    private Optional<Boolean> right(RewardSample sample, String answer) throws Exception {
        Score said = outcome.score(RewardSample.of(sample.task(), answer));
        return said.applicable() ? Optional.of(said.value() >= rightFrom) : Optional.empty();
    }

    private static Sections sections(String text) {
        int count = 0;
        int at = 0;
        int firstEnd = 0;
        String first = "";
        String second = "";
        for (String tag : ORDER) {
            int open = text.indexOf("<" + tag + ">", at);
            int close = open < 0 ? -1 : text.indexOf("</" + tag + ">", open);
            if (close < 0) {
                break;
            }
            count++;
            at = close + tag.length() + 3;
            if (tag.equals("answer")) {
                String section = text.substring(open, at);
                firstEnd = first.isEmpty() ? at : firstEnd;
                second = first.isEmpty() ? "" : section;
                first = first.isEmpty() ? section : first;
            }
        }
        return new Sections(count, firstEnd, at, first, second);
    }

    @Override
    public String name() {
        return "reflection";
    }
}
