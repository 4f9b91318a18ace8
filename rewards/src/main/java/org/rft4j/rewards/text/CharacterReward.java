package org.rft4j.rewards.text;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * The share of a text's characters that are allowed; 1 for a text of which none counts, 0 for an empty one. Feedback points at the first run
 * of others.
 *
 * @param what is allowed, for feedback
 * @param counted code points that count at all
 * @param allowed those of them that are allowed
 * @param right an allowed code point, for the self-check
 * @param wrong one that counts and is not allowed, for the self-check
 */
public record CharacterReward(String what, IntPredicate counted, IntPredicate allowed, int right, int wrong)
        implements VerifiableReward {
    /** Checks the examples. */
    public CharacterReward {
        Check.that(
                counted.test(right) && allowed.test(right) && counted.test(wrong) && !allowed.test(wrong),
                "examples of " + what,
                Character.toString(right) + " and " + Character.toString(wrong),
                "must both count, and only the first be allowed",
                "correct the predicates or the examples");
    }

    /**
     * Letters of some scripts, such as {@code LATIN}; digits, marks and blanks do not count.
     *
     * @param scripts which
     * @return the share of letters in these scripts
     */
    public static CharacterReward ofScripts(UnicodeScript... scripts) {
        Check.that(scripts.length > 0, "scripts", "none", "must be at least one", "name the script of the language");
        Set<UnicodeScript> own = EnumSet.copyOf(List.of(scripts));
        IntPredicate letter = c -> Character.isLetter(c) && UnicodeScript.of(c) != UnicodeScript.COMMON;
        IntPredicate inside = c -> own.contains(UnicodeScript.of(c));
        int right = first(c -> letter.test(c) && inside.test(c), own);
        int wrong = first(c -> letter.test(c) && !inside.test(c), own);
        return new CharacterReward(
                "letters of " + own.toString().toLowerCase(Locale.ROOT), letter, inside, right, wrong);
    }

    /**
     * ASCII: no emoji, no dashes and quotes of typesetters.
     *
     * @return the share of code points below 128
     */
    public static CharacterReward ascii() {
        return new CharacterReward("ASCII", c -> !Character.isWhitespace(c), c -> c < 128, 'a', 0x2014);
    }

    private static int first(IntPredicate fits, Set<UnicodeScript> scripts) {
        for (int c = 'A'; c <= Character.MAX_CODE_POINT; c++) {
            if (fits.test(c)) {
                return c;
            }
        }
        Check.that(false, "scripts", scripts, "must leave some letters out and have some", "name a script of letters");
        return 0;
    }

    @Override
    public Score score(RewardSample sample) {
        String text = sample.completion();
        int all = 0;
        int good = 0;
        int from = -1;
        int to = -1;
        int step;
        for (int i = 0; i < text.length(); i += step) {
            int c = text.codePointAt(i);
            step = Character.charCount(c);
            if (!counted.test(c)) {
                continue;
            }
            all++;
            if (allowed.test(c)) {
                good++;
            } else if (from < 0 || to == i) {
                from = from < 0 ? i : from;
                to = i + step;
            }
        }
        double empty = text.isBlank() ? 0 : 1;
        Score score = Score.of(all == 0 ? empty : (double) good / all);
        return from < 0
                ? score
                : score.withFeedback(Feedback.negative("Only " + what + " should be here", name())
                        .at(new CharSpan(from, to)));
    }

    @Override
    public String name() {
        return "characters";
    }

    @Override
    public List<String> right(TaskRecord task) {
        return List.of(Character.toString(right).repeat(3) + " " + Character.toString(right));
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", Character.toString(right) + Character.toString(wrong));
    }
}
