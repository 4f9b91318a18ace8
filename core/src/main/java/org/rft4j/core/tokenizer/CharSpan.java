package org.rft4j.core.tokenizer;

import org.rft4j.engine.Check;

/**
 * A range of characters of a text.
 *
 * @param start index of the first UTF-16 code unit
 * @param end behind the last one; equal to {@code start} for an empty range
 */
public record CharSpan(int start, int end) {
    /** Checks the order of the two. */
    public CharSpan {
        Check.that(
                0 <= start && start <= end,
                "character span",
                "[" + start + "," + end + ")",
                "must have 0 <= start <= end",
                "give the end behind the last character");
    }

    /**
     * The number of UTF-16 code units.
     *
     * @return end - start
     */
    public int length() {
        return end - start;
    }
}
