package org.rft4j.core.tokenizer;

import org.rft4j.engine.Check;

/**
 * A range of tokens.
 *
 * @param start index of the first token
 * @param end behind the last one; equal to {@code start} for an empty range
 */
public record TokenSpan(int start, int end) {
    /** Checks the order of the two. */
    public TokenSpan {
        Check.that(
                0 <= start && start <= end,
                "token span",
                "[" + start + "," + end + ")",
                "must have 0 <= start <= end",
                "give the end behind the last token");
    }

    /**
     * The number of tokens.
     *
     * @return end - start
     */
    public int length() {
        return end - start;
    }
}
