package org.rft4j.rewards.maths;

import org.rft4j.rewards.answer.AnswerSource;
import org.rft4j.rewards.answer.Reveal;

/**
 * Options of {@link MathsReward}.
 *
 * @param source where the answers stand
 * @param comparison how they are compared
 * @param evaluated whether, where a number is expected, the answer must be a number that is written out: {@code 120} but not
 *     {@code \binom{10}{3}}. Without it a model may earn the reward by repeating the question
 * @param reveal how much feedback may give away
 */
public record MathsRewardOptions(AnswerSource source, MathsOptions comparison, boolean evaluated, Reveal reveal) {
    /** The column {@code answer}, the last box, the default comparison, any form of a number, hints. */
    public static final MathsRewardOptions DEFAULT =
            new MathsRewardOptions(AnswerSource.BOXED, MathsOptions.DEFAULT, false, Reveal.HINT);

    /** As {@link #DEFAULT} for GSM8K. */
    public static final MathsRewardOptions GSM8K =
            new MathsRewardOptions(AnswerSource.GSM8K, MathsOptions.DEFAULT, false, Reveal.HINT);

    /**
     * Replaces where the answers stand.
     *
     * @param newSource where
     * @return these options with that source
     */
    public MathsRewardOptions withSource(AnswerSource newSource) {
        return new MathsRewardOptions(newSource, comparison, evaluated, reveal);
    }

    /**
     * Replaces the comparison.
     *
     * @param newComparison how answers are compared
     * @return these options with that comparison
     */
    public MathsRewardOptions withComparison(MathsOptions newComparison) {
        return new MathsRewardOptions(source, newComparison, evaluated, reveal);
    }

    /**
     * Demands numbers that are written out.
     *
     * @return these options with that demand
     */
    public MathsRewardOptions evaluatedOnly() {
        return new MathsRewardOptions(source, comparison, true, reveal);
    }

    /**
     * Replaces what feedback may say.
     *
     * @param newReveal how much it may give away
     * @return these options with that
     */
    public MathsRewardOptions withReveal(Reveal newReveal) {
        return new MathsRewardOptions(source, comparison, evaluated, newReveal);
    }
}
