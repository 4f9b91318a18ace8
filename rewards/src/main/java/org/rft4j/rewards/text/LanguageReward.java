package org.rft4j.rewards.text;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rewards.VerifiableReward;
import org.rft4j.rewards.instruction.Languages;

/**
 * The share of a text that is in the right language, paragraph by paragraph, each weighing its letters: against answers that change the
 * language on the way. Fenced code and paragraphs of fewer than four words do not count, since a language is guessed by frequent words; if
 * nothing else is there, the text is judged as a whole. Feedback points at the first paragraph in another language.
 *
 * <p>The language consistency reward of DeepSeek-R1 (arXiv 2501.12948), which counts words instead.
 *
 * @param language the task's language, an ISO 639-1 code that {@link Languages} knows
 */
public record LanguageReward(Function<TaskRecord, String> language) implements VerifiableReward {
    private static final Pattern BREAK =
            Pattern.compile("\\n\\s*\\n|(?m)^[ \\t]*```[^\\n]*\\n(?s:.*?)^[ \\t]*```[^\\n]*$");
    private static final int FEWEST_WORDS = 4;
    private static final List<String> SPACELESS = List.of("zh", "ja", "th");

    /**
     * One language for all tasks.
     *
     * @param code its ISO 639-1 code
     * @return the reward
     */
    public static LanguageReward of(String code) {
        known(code, "language");
        return new LanguageReward(task -> code);
    }

    /**
     * Each task names its language.
     *
     * @param column with an ISO 639-1 code
     * @return the reward
     */
    public static LanguageReward inColumn(String column) {
        return new LanguageReward(task -> task.text(column));
    }

    private static String known(String code, String what) {
        return Languages.example(code)
                .orElseThrow(() -> new InvalidInputException(
                        what,
                        "'" + code + "'",
                        "must be the ISO 639-1 code of a language that can be told from others",
                        "leave the row out, or use CharacterReward.ofScripts(...)"));
    }

    @Override
    public Score score(RewardSample sample) {
        String code = language.apply(sample.task());
        known(code, "language of task " + sample.task().id());
        String text = sample.completion();
        long right = 0;
        long all = 0;
        Optional<CharSpan> first = Optional.empty();
        int from = 0;
        var breaks = BREAK.matcher(text + "\n\n");
        while (breaks.find()) {
            CharSpan span = new CharSpan(from, Math.min(breaks.start(), text.length()));
            from = Math.min(breaks.end(), text.length());
            String paragraph = text.substring(span.start(), span.end());
            if (!counts(paragraph)) {
                continue;
            }
            long letters = paragraph.codePoints().filter(Character::isLetter).count();
            boolean fits = is(code, paragraph);
            all += letters;
            right += fits ? letters : 0;
            first = first.isEmpty() && !fits ? Optional.of(span) : first;
        }
        if (all == 0) {
            boolean fits = is(code, text);
            return scored(fits ? 1 : 0, code, fits ? Optional.empty() : Optional.of(new CharSpan(0, text.length())));
        }
        return scored((double) right / all, code, first);
    }

    private static boolean counts(String paragraph) {
        boolean spaceless = Languages.of(paragraph).filter(SPACELESS::contains).isPresent();
        return paragraph.strip().split("\\s+").length >= FEWEST_WORDS
                || (spaceless && paragraph.strip().length() >= FEWEST_WORDS);
    }

    private static boolean is(String code, String text) {
        return Languages.of(text).filter(code::equals).isPresent();
    }

    private Score scored(double value, String code, Optional<CharSpan> other) {
        Score score = Score.of(value);
        return other.map(span -> score.withFeedback(Feedback.negative(
                                "This is not written in "
                                        + Locale.forLanguageTag(code).getDisplayLanguage(Locale.ENGLISH),
                                name())
                        .at(span)))
                .orElse(score);
    }

    @Override
    public String name() {
        return "language";
    }

    @Override
    public List<String> right(TaskRecord task) {
        return List.of(known(language.apply(task), "language of task " + task.id()));
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        String other = language.apply(task).equals("en") ? "de" : "en";
        return List.of("", known(other, "language"));
    }
}
