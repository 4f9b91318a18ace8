package org.rft4j.rollout.sampler;

import org.rft4j.engine.Check;

/**
 * How much fits into the cache.
 *
 * @param tokens how many tokens
 * @param block memory is taken for so many at a time
 * @param bytesPerToken what one token takes
 */
record CacheRoom(long tokens, int block, long bytesPerToken) {
    static CacheRoom of(long bytes, int block, long bytesPerToken) {
        return new CacheRoom(bytes / bytesPerToken, block, bytesPerToken);
    }

    /** What a prompt or the tokens of a row take, in tokens. */
    long cost(int length) {
        return Math.floorDiv((long) length + block - 1, block) * block;
    }

    /** Throws if a request would never fit. */
    void requireFits(int prompt, int newTokens, String name) {
        long needed = cost(prompt) + cost(newTokens);
        Check.that(
                needed <= tokens,
                "memory that the cache needs for " + name,
                needed * bytesPerToken + " bytes for " + prompt + " + " + newTokens + " tokens",
                "must be at most cacheBytes, which is room for " + tokens + " tokens",
                "raise cacheBytes in SamplerOptions, or ask for fewer new tokens");
    }
}
