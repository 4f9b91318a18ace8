package org.rft4j.core.tokenizer;

import org.rft4j.engine.Check;

/** The ids of a text, and the characters that each stands for. */
public final class Encoding {
    private final long[] ids;
    private final TokenOffsets offsets;

    Encoding(long[] ids, TokenOffsets offsets) {
        Check.that(
                ids.length == offsets.size(),
                "number of ids",
                ids.length,
                "must be that of the spans, " + offsets.size(),
                "give every id a span");
        this.ids = ids;
        this.offsets = offsets;
    }

    /**
     * The ids.
     *
     * @return a copy
     */
    public long[] ids() {
        return ids.clone();
    }

    /**
     * The number of ids.
     *
     * @return T
     */
    public int size() {
        return ids.length;
    }

    /**
     * Where the tokens come from. A token that was added around the text has an empty span.
     *
     * @return a span of the text per id
     */
    public TokenOffsets offsets() {
        return offsets;
    }

    /**
     * The tokens of some characters, as {@link TokenOffsets#tokensOf} defines them.
     *
     * @param charStart the first character
     * @param charEnd behind the last one
     * @return the smallest range of tokens
     */
    public TokenSpan tokensOf(int charStart, int charEnd) {
        return offsets.tokensOf(charStart, charEnd);
    }
}
