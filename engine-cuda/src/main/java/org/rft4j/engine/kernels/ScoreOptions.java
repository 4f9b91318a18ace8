package org.rft4j.engine.kernels;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/**
 * How tokens are scored.
 *
 * @param filters the sampler's filters, one for all sequences or one per sequence
 * @param seenTokens needed where a filter has a repetition penalty, null otherwise
 * @param outside what happens to a token outside the support
 * @param entropy whether to compute entropies (always done under a restricted support)
 * @param keepBytes up to how many bytes of log-probs of the whole vocabulary are kept for the way back, which is then faster;
 *     0 = none. Only for distributions that no filter restricts, and not by native operators
 * @param chunkBytes about how much memory one chunk of logits with its temporaries may take
 */
public record ScoreOptions(
        List<SamplingFilter> filters,
        @Nullable SeenTokens seenTokens,
        OutsideSupport outside,
        boolean entropy,
        long keepBytes,
        long chunkBytes) {
    /** Measured to be as fast as larger chunks on the processor, see docs/benchmarks.md. */
    public static final long DEFAULT_CHUNK_BYTES = 192L << 20;

    /** Room for 2,048 tokens of a vocabulary of 32,000. */
    public static final long DEFAULT_KEEP_BYTES = 256L << 20;

    /** What the log-prob of a token outside the support is. */
    public enum OutsideSupport {
        /** The support is widened down to the token: right for tokens that this sampler drew, whatever rounding says now. */
        KEEP_TARGET,
        /** Its log-prob is -infinity and it has no gradient: right for tokens from elsewhere. */
        MINUS_INFINITY
    }

    public ScoreOptions {
        filters = List.copyOf(filters);
        Check.that(
                !filters.isEmpty(),
                "filters",
                "empty",
                "must hold one filter or one per sequence",
                "use SamplingFilter.NONE");
        Check.that(
                seenTokens != null || filters.stream().allMatch(f -> f.repetitionPenalty() == 1),
                "seenTokens",
                "null",
                "must be given with a repetition penalty",
                "pass the tokens before each scored token");
        Check.that(keepBytes >= 0, "keepBytes", keepBytes, "must be at least 0", "use 0 to keep nothing");
        Check.that(chunkBytes > 0, "chunkBytes", chunkBytes, "must be positive", "use DEFAULT_CHUNK_BYTES");
    }

    /**
     * The model's own distribution, log-probs only.
     *
     * @return the options
     */
    public static ScoreOptions plain() {
        return of(SamplingFilter.NONE);
    }

    /**
     * One filter for all sequences, log-probs only.
     *
     * @param filter the sampler's filter, without repetition penalty
     * @return the options
     */
    public static ScoreOptions of(SamplingFilter filter) {
        return new ScoreOptions(List.of(filter), null, OutsideSupport.KEEP_TARGET, false, 0, DEFAULT_CHUNK_BYTES);
    }

    /**
     * The same with entropies.
     *
     * @return new options
     */
    public ScoreOptions withEntropy() {
        return new ScoreOptions(filters, seenTokens, outside, true, keepBytes, chunkBytes);
    }

    /**
     * The same for scores that will be run back: keeps up to {@link #DEFAULT_KEEP_BYTES} of log-probs.
     *
     * @return new options
     */
    public ScoreOptions withKeptLogits() {
        return withKeptLogits(DEFAULT_KEEP_BYTES);
    }

    /**
     * The same for scores that will be run back.
     *
     * @param bytes up to how much is kept
     * @return new options
     */
    public ScoreOptions withKeptLogits(long bytes) {
        return new ScoreOptions(filters, seenTokens, outside, entropy, bytes, chunkBytes);
    }

    /**
     * The same with another memory budget.
     *
     * @param bytes about how much one chunk may take
     * @return new options
     */
    public ScoreOptions withChunkBytes(long bytes) {
        return new ScoreOptions(filters, seenTokens, outside, entropy, keepBytes, bytes);
    }

    /** Whether the fast path for an unrestricted distribution applies. */
    boolean unrestricted() {
        SamplingFilter first = filters.get(0);
        return first.temperature() > 0
                && filters.stream().allMatch(f -> f.keepsWholeVocabulary() && f.temperature() == first.temperature());
    }

    /** Rows of a chunk: logits and temporaries of the same size are alive at once, more of them on a restricted support. */
    long chunkRows(long vocabulary) {
        long copies = unrestricted() ? 3 : 6;
        return Math.max(1, chunkBytes / (copies * Float.BYTES * vocabulary));
    }
}
