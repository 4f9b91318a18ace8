package org.rft4j.rewards.arithmetic;

import org.rft4j.engine.Check;
import org.rft4j.rewards.answer.AnswerExtraction;
import org.rft4j.rewards.answer.Boxed;
import org.rft4j.rewards.answer.InTag;
import org.rft4j.rewards.answer.Reveal;

/**
 * Options of {@link CountdownReward}.
 *
 * @param numbersColumn lists the given whole numbers
 * @param targetColumn the number to reach
 * @param place where the expression stands in a completion
 * @param allUsed whether each given number must be used once, rather than at most once
 * @param formatScore what an expression earns that uses the numbers as it must and misses the target
 * @param reveal how much feedback may give away: a hint says what the expression comes to
 */
public record CountdownOptions(
        String numbersColumn,
        String targetColumn,
        AnswerExtraction place,
        boolean allUsed,
        double formatScore,
        Reveal reveal) {
    /** Columns {@code nums} and {@code target}, an {@code <answer>} tag or a box, each number once, nothing for a miss. */
    public static final CountdownOptions DEFAULT = new CountdownOptions(
            "nums", "target", AnswerExtraction.firstOf(InTag.ANSWER, Boxed.LAST), true, 0, Reveal.HINT);

    /** Checks the score for a miss. */
    public CountdownOptions {
        Check.that(
                formatScore >= 0 && formatScore < 1,
                "formatScore",
                formatScore,
                "must be in [0,1)",
                "a miss must earn less than a hit");
    }

    /**
     * Lets numbers be left over.
     *
     * @return these options with each number used at most once
     */
    public CountdownOptions atMostOnce() {
        return new CountdownOptions(numbersColumn, targetColumn, place, false, formatScore, reveal);
    }

    /**
     * Replaces what a miss earns.
     *
     * @param score in [0,1)
     * @return these options with that score
     */
    public CountdownOptions withFormatScore(double score) {
        return new CountdownOptions(numbersColumn, targetColumn, place, allUsed, score, reveal);
    }

    /**
     * Replaces where the expression stands.
     *
     * @param newPlace where
     * @return these options with that place
     */
    public CountdownOptions withPlace(AnswerExtraction newPlace) {
        return new CountdownOptions(numbersColumn, targetColumn, newPlace, allUsed, formatScore, reveal);
    }
}
