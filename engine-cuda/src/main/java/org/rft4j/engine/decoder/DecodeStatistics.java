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
     * Seconds since the session was opened.
     *
     * @param prefill reading prompts and given tokens
     * @param attention attention in decode steps, with what keeps the cache
     * @param body the rest of the decoder's layers in decode steps
     * @param head logits
     * @param drawing filters and draws
     */
    public record Times(double prefill, double attention, double body, double head, double drawing) {
        /** Nothing yet. */
        public static final Times NONE = new Times(0, 0, 0, 0, 0);
    }
}
