package org.rft4j.rewards.answer;

import org.rft4j.core.tokenizer.CharSpan;

/**
 * An answer and where it stands.
 *
 * @param text the answer, without what marks it and without blanks around it
 * @param span its characters in the text that was searched
 */
public record FoundAnswer(String text, CharSpan span) {
    /** The part of a text between two places, without blanks around it. */
    static FoundAnswer between(String text, int start, int end) {
        int from = start;
        int to = end;
        while (from < to && Character.isWhitespace(text.charAt(from))) {
            from++;
        }
        while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
            to--;
        }
        return new FoundAnswer(text.substring(from, to), new CharSpan(from, to));
    }
}
