package org.rft4j.engine.decoder;

import org.rft4j.engine.Check;

/**
 * How a {@link DecodeSession} works.
 *
 * @param maxRows the most rows at once
 * @param blockTokens the caches of rows grow by so many tokens at a time
 * @param usableTokens ids from here on are never drawn, whatever the filter: the rest of an embedding that is larger than
 *     the tokenizer's vocabulary; 0 = all may be drawn
 * @param strict whether the numbers of a row depend on nothing but its own tokens, to the last bit: every product then has eight rows,
 *     however few there are. Tested in fp32 on a processor, with two threads; the model's width must be a multiple of 4
 * @param timed whether {@link DecodeStatistics} tells where the time went
 */
public record DecodeOptions(int maxRows, int blockTokens, long usableTokens, boolean strict, boolean timed) {
    /** Blocks of 64 tokens: little is held for nothing, and growing is rare. */
    public static final int DEFAULT_BLOCK_TOKENS = 64;

    private static final int MOST_ROWS = 1 << 16;
    private static final int BLOCK_UNIT = 16;

    public DecodeOptions {
        Check.that(
                maxRows > 0 && maxRows <= MOST_ROWS,
                "maxRows",
                maxRows,
                "must be at least 1 and at most " + MOST_ROWS,
                "32 suits a processor of few cores");
        Check.that(
                blockTokens > 0 && blockTokens % BLOCK_UNIT == 0 && blockTokens <= MOST_ROWS,
                "blockTokens",
                blockTokens,
                "must be a positive multiple of " + BLOCK_UNIT + ", at most " + MOST_ROWS,
                "use " + DEFAULT_BLOCK_TOKENS);
        Check.that(usableTokens >= 0, "usableTokens", usableTokens, "must be at least 0", "use 0 to draw from all");
    }

    /**
     * The usual options.
     *
     * @param maxRows the most rows at once
     * @return options that draw from all ids, are not strict and take no times
     */
    public static DecodeOptions ofRows(int maxRows) {
        return new DecodeOptions(maxRows, DEFAULT_BLOCK_TOKENS, 0, false, false);
    }

    /**
     * The same with another size of blocks.
     *
     * @param tokens a multiple of 16
     * @return new options
     */
    public DecodeOptions withBlockTokens(int tokens) {
        return new DecodeOptions(maxRows, tokens, usableTokens, strict, timed);
    }

    /**
     * The same for a tokenizer that knows fewer tokens than the model.
     *
     * @param tokens ids from here on are never drawn, 0 = all may be
     * @return new options
     */
    public DecodeOptions withUsableTokens(long tokens) {
        return new DecodeOptions(maxRows, blockTokens, tokens, strict, timed);
    }

    /**
     * The same in strict mode.
     *
     * @return new options
     */
    public DecodeOptions strictly() {
        return new DecodeOptions(maxRows, blockTokens, usableTokens, true, timed);
    }

    /**
     * The same with times taken.
     *
     * @return new options
     */
    public DecodeOptions withTimes() {
        return new DecodeOptions(maxRows, blockTokens, usableTokens, strict, true);
    }
}
