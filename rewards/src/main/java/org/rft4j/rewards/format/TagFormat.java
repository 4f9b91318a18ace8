package org.rft4j.rewards.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * Sections in tags, each opened and closed exactly once, in order and not within each other, such as
 * {@code <think>...</think><answer>...</answer>}. The value is 1 or 0; with {@code partial} the share of what is right: for each
 * section a point for its pair of tags standing there once and one for being in its place and not empty, and a point for nothing standing
 * outside where that is asked. Feedback says what is wrong.
 *
 * @param tags names of the sections, in order
 * @param onlyTags whether nothing but blanks may stand outside the sections
 * @param partial whether part of the format earns part of the reward
 */
public record TagFormat(List<String> tags, boolean onlyTags, boolean partial) implements VerifiableReward {
    private static final String SOURCE = "tagFormat";
    private static final String OUTSIDE = "There is text outside the tags ";

    /** Checks the names. */
    public TagFormat {
        tags = List.copyOf(tags);
        Check.that(
                !tags.isEmpty() && tags.stream().distinct().count() == tags.size(),
                "tags",
                tags,
                "must be at least one, all different",
                "use List.of(\"think\", \"answer\")");
    }

    /**
     * Thoughts in {@code think}, then the answer in {@code answer}, nothing outside, all or nothing.
     *
     * @return the format of DeepSeek-R1-Zero
     */
    public static TagFormat thinkThenAnswer() {
        return new TagFormat(List.of("think", "answer"), true, false);
    }

    /**
     * Takes the contents of a section out of a text.
     *
     * @param text what a model wrote
     * @param tag the section
     * @return what stands in the last such section, without blanks around it; empty if there is none
     */
    public static Optional<String> contents(String text, String tag) {
        int close = text.lastIndexOf("</" + tag + ">");
        int open = close < 0 ? -1 : text.lastIndexOf("<" + tag + ">", close);
        return open < 0
                ? Optional.empty()
                : Optional.of(text.substring(open + tag.length() + 2, close).strip());
    }

    @Override
    public Score score(RewardSample sample) {
        String text = sample.completion();
        List<Feedback> faults = new ArrayList<>();
        int earned = 0;
        int end = 0;
        for (String tag : tags) {
            if (!standsOnce(text, "<" + tag + ">", faults) | !standsOnce(text, "</" + tag + ">", faults)) {
                continue;
            }
            earned++;
            int open = text.indexOf("<" + tag + ">");
            int close = text.indexOf("</" + tag + ">");
            if (open < end || close < open) {
                faults.add(fault("<" + tag + "> is not in its place", text, open));
            } else {
                if (text.substring(open + tag.length() + 2, close).isBlank()) {
                    faults.add(fault("<" + tag + "> is empty", text, open));
                } else {
                    earned++;
                }
                requireBlank(text, end, open, faults);
                end = close + tag.length() + 3;
            }
        }
        requireBlank(text, end, text.length(), faults);
        boolean clean = faults.stream().noneMatch(fault -> fault.text().startsWith(OUTSIDE));
        int points = 2 * tags.size() + (onlyTags ? 1 : 0);
        double share = (double) (earned + (onlyTags && clean ? 1 : 0)) / points;
        double value = faults.isEmpty() ? 1 : partial ? share : 0;
        return Score.of(value).withFeedback(faults.toArray(Feedback[]::new));
    }

    private void requireBlank(String text, int from, int to, List<Feedback> faults) {
        if (onlyTags && from <= to && !text.substring(from, to).isBlank()) {
            faults.add(Feedback.negative(OUTSIDE + tags, SOURCE).at(new CharSpan(from, to)));
        }
    }

    private static boolean standsOnce(String text, String tag, List<Feedback> faults) {
        int first = text.indexOf(tag);
        if (first < 0) {
            faults.add(Feedback.negative(tag + " is missing", SOURCE));
            return false;
        }
        int second = text.indexOf(tag, first + tag.length());
        if (second >= 0) {
            faults.add(fault(tag + " stands more than once", text, second));
        }
        return second < 0;
    }

    private static Feedback fault(String what, String text, int at) {
        return Feedback.negative(what, SOURCE).at(new CharSpan(at, Math.min(text.length(), text.indexOf('>', at) + 1)));
    }

    @Override
    public String name() {
        return SOURCE;
    }

    @Override
    public List<String> right(TaskRecord task) {
        StringBuilder text = new StringBuilder();
        tags.forEach(tag ->
                text.append('<').append(tag).append(">some text</").append(tag).append(">\n"));
        return List.of(text.toString());
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", "some text", "<" + tags.get(0) + ">some text");
    }
}
