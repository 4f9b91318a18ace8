package org.rft4j.core.tokenizer;

import java.util.Arrays;

/**
 * A text that stands behind others. What a tokenizer does to the beginning of a text, such as putting a space there, does not happen.
 *
 * @param encoding of the text, perhaps with something before it
 * @param start where in the encoded characters the text begins
 * @param first the first of its tokens
 */
public record TextBehind(Encoding encoding, int start, int first) {
    private static final String BEFORE = "\n";

    /**
     * Encodes a text that stands behind others.
     *
     * @param tokenizer makes the tokens
     * @param text what stands there
     * @return its tokens; if they cannot be told from those of what stands before, those of the text alone
     */
    public static TextBehind of(Tokenizer tokenizer, String text) {
        int start = BEFORE.length();
        Encoding behind = tokenizer.encode(BEFORE + text, false);
        int first = behind.tokensOf(start, start + text.length()).start();
        boolean border =
                first < behind.size() && behind.offsets().charsOf(first).start() == start;
        for (int i = 0; border && i < first; i++) {
            border = behind.offsets().charsOf(i).end() <= start;
        }
        return border || text.isEmpty()
                ? new TextBehind(behind, start, text.isEmpty() ? behind.size() : first)
                : new TextBehind(tokenizer.encode(text, false), 0, 0);
    }

    /**
     * Its tokens.
     *
     * @return their ids, none for an empty text
     */
    public long[] ids() {
        return Arrays.copyOfRange(encoding.ids(), first, encoding.size());
    }
}
