package org.rft4j.engine.decoder;

/**
 * What a {@link DecodeSession} holds and has done.
 *
 * @param liveTokens tokens in the cache: those of prefixes once, however many rows share them, and those of rows
 * @param cacheBytes memory that the cache holds for them
 * @param bytesPerToken what one token needs at least: a key and a value in every layer
 * @param steps decode steps done
 * @param times where the time went; zeros unless {@link DecodeOptions#timed} is set
 */
public record DecodeStatistics(long liveTokens, long cacheBytes, long bytesPerToken, long steps, Times times) {
    /**
     * Seconds of decode steps since the session was opened.
     *
     * @param attention attention with what keeps the cache
     * @param body the rest of the decoder's layers
     * @param head logits
     * @param drawing filters and draws
     */
    public record Times(double attention, double body, double head, double drawing) {}
}
