package org.rft4j.rewards.text;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * Words or phrases that must be there and others that must not: the share of the required ones that are there, times the share of the
 * forbidden ones that are not; an empty text earns nothing. Case does not count; a word does not stand within another, except in scripts
 * without blanks. Feedback names what is missing and points at what is forbidden. Not applicable where a task has neither.
 *
 * @param required the task's words that must be there
 * @param forbidden the task's words that must not
 */
public record KeywordReward(Function<TaskRecord, List<String>> required, Function<TaskRecord, List<String>> forbidden)
        implements VerifiableReward {
    private static final Set<UnicodeScript> WITHOUT_BLANKS = EnumSet.of(
            UnicodeScript.HAN,
            UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA,
            UnicodeScript.THAI,
            UnicodeScript.LAO,
            UnicodeScript.KHMER,
            UnicodeScript.MYANMAR);
    private static final String WORD_PART = "[\\p{L}\\p{M}\\p{N}_]";

    /**
     * The same words for every task.
     *
     * @param required must be there
     * @param forbidden must not
     * @return the reward
     */
    public static KeywordReward of(List<String> required, List<String> forbidden) {
        List<String> must = List.copyOf(required);
        List<String> mustNot = List.copyOf(forbidden);
        return new KeywordReward(task -> must, task -> mustNot);
    }

    /**
     * Words from columns, which are lists of strings; a task without one of the columns has no such words.
     *
     * @param required the column of words that must be there
     * @param forbidden the column of words that must not
     * @return the reward
     */
    public static KeywordReward inColumns(String required, String forbidden) {
        return new KeywordReward(task -> words(task, required), task -> words(task, forbidden));
    }

    private static List<String> words(TaskRecord task, String column) {
        if (!task.has(column)) {
            return List.of();
        }
        Object value = task.value(column);
        Check.that(
                value instanceof List<?> list && list.stream().allMatch(String.class::isInstance),
                "column '" + column + "' of task " + task.id(),
                value,
                "must be a list of strings",
                "split the words when the data is read");
        return ((List<?>) value).stream().map(String::valueOf).toList();
    }

    @Override
    public Score score(RewardSample sample) {
        List<String> must = required.apply(sample.task());
        List<String> mustNot = forbidden.apply(sample.task());
        if (must.isEmpty() && mustNot.isEmpty()) {
            return Score.notApplicable("no word is required or forbidden");
        }
        String text = sample.completion();
        List<Feedback> faults = new ArrayList<>();
        int found = 0;
        for (String word : must) {
            if (matcher(word, text).find()) {
                found++;
            } else {
                faults.add(Feedback.negative("'" + word + "' is missing", name()));
            }
        }
        int used = 0;
        for (String word : mustNot) {
            Matcher matcher = matcher(word, text);
            if (matcher.find()) {
                used++;
                faults.add(Feedback.negative("'" + word + "' must not be used", name())
                        .at(new CharSpan(matcher.start(), matcher.end())));
            }
        }
        double there = must.isEmpty() ? 1 : (double) found / must.size();
        double clean = mustNot.isEmpty() ? 1 : 1 - (double) used / mustNot.size();
        return Score.of(text.isBlank() ? 0 : there * clean)
                .withComponent("required", there)
                .withComponent("withoutForbidden", clean)
                .withFeedback(faults.toArray(Feedback[]::new));
    }

    private static Matcher matcher(String word, String text) {
        String trimmed = word.strip();
        Check.that(!trimmed.isEmpty(), "word", "'" + word + "'", "must not be blank", "leave it out");
        String before = standsFree(trimmed.codePointAt(0)) ? "(?<!" + WORD_PART + ")" : "";
        String after = standsFree(trimmed.codePointBefore(trimmed.length())) ? "(?!" + WORD_PART + ")" : "";
        return Pattern.compile(before + Pattern.quote(trimmed) + after, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                .matcher(text);
    }

    private static boolean standsFree(int edge) {
        return Character.isLetterOrDigit(edge) && !WITHOUT_BLANKS.contains(UnicodeScript.of(edge));
    }

    @Override
    public String name() {
        return "keywords";
    }

    @Override
    public List<String> right(TaskRecord task) {
        boolean none = required.apply(task).isEmpty() && forbidden.apply(task).isEmpty();
        return none ? List.of() : List.of("\u2042 " + String.join(" \u2042 ", required.apply(task)));
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        List<String> mustNot = forbidden.apply(task);
        return mustNot.isEmpty()
                ? List.of("", "\u2042")
                : List.of("", String.join(" ", required.apply(task)) + " " + mustNot.get(0));
    }
}
