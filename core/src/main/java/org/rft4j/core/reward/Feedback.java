package org.rft4j.core.reward;

import java.util.Optional;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.Check;

/**
 * Something said in words about what a model wrote.
 *
 * @param text what is said
 * @param polarity whether it praises, faults or merely tells
 * @param span the part of the completion that it is about, if it is about a part
 * @param source who says it, such as {@code unit-tests} or {@code judge}
 */
public record Feedback(String text, Polarity polarity, Optional<CharSpan> span, String source) {
    /** Which way feedback points. */
    public enum Polarity {
        /** It says what is good. */
        POSITIVE,
        /** It says what is wrong. */
        NEGATIVE,
        /** It says something that is neither. */
        NEUTRAL
    }

    /** Refuses feedback that says nothing. */
    public Feedback {
        Check.that(!text.isBlank(), "feedback", "'" + text + "'", "must not be blank", "leave it out");
    }

    /**
     * Feedback about the whole completion that says what is wrong.
     *
     * @param text what is said
     * @param source who says it
     * @return the feedback
     */
    public static Feedback negative(String text, String source) {
        return new Feedback(text, Polarity.NEGATIVE, Optional.empty(), source);
    }

    /**
     * Feedback about the whole completion that says what is good.
     *
     * @param text what is said
     * @param source who says it
     * @return the feedback
     */
    public static Feedback positive(String text, String source) {
        return new Feedback(text, Polarity.POSITIVE, Optional.empty(), source);
    }

    /**
     * Feedback that neither praises nor faults.
     *
     * @param text what is said
     * @param source who says it
     * @return the feedback
     */
    public static Feedback neutral(String text, String source) {
        return new Feedback(text, Polarity.NEUTRAL, Optional.empty(), source);
    }

    /**
     * Points at a part of the completion.
     *
     * @param part its characters
     * @return this feedback about that part
     */
    public Feedback at(CharSpan part) {
        return new Feedback(text, polarity, Optional.of(part), source);
    }
}
