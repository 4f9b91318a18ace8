package org.rft4j.engine.decoder;

import java.util.Arrays;

/** A text that a {@link DecodeSession} is writing. */
public final class DecodeRow {
    private long[] text;

    DecodeRow(long[] text) {
        this.text = text;
    }

    /**
     * The number of tokens of its text so far.
     *
     * @return those of its prefix and its own
     */
    public int length() {
        return text.length;
    }

    /**
     * Its text so far.
     *
     * @return the tokens of its prefix and its own
     */
    public long[] tokens() {
        return text.clone();
    }

    void append(long[] tokens) {
        long[] longer = Arrays.copyOf(text, text.length + tokens.length);
        System.arraycopy(tokens, 0, longer, text.length, tokens.length);
        text = longer;
    }
}
