package org.rft4j.engine.kernels;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/**
 * How tokens are scored.
 *
 * @param filters the sampler's filters, one for all sequences or one per sequence
 * @param rules the sampler's rules for single tokens, one for all sequences or one per sequence
 * @param usableTokens the sampler draws ids below this only, and only they are scored: the rest of an embedding that is larger
 *     than the tokenizer's vocabulary has no probability; 0 = all
 * @param seenTokens needed where a filter has a penalty or a rule forbids end tokens for a while, null otherwise
 * @param outside what happens to a token outside the support
 * @param entropy whether to compute entropies (always done under a restricted support)
 * @param keepBytes up to how many bytes of log-probs of the whole vocabulary are kept for the way back, which is then faster;
 *     0 = none. Only for distributions that no filter restricts, and not by native operators
 * @param chunkBytes about how much memory one chunk of logits with its temporaries may take
 */
public record ScoreOptions(
        List<SamplingFilter> filters,
        List<TokenRules> rules,
        long usableTokens,
        @Nullable SeenTokens seenTokens,
        OutsideSupport outside,
        boolean entropy,
        long keepBytes,
        long chunkBytes) {
    /** Measured to be as fast as larger chunks on the processor, see docs/benchmarks.md. */
    public static final long DEFAULT_CHUNK_BYTES = 96L << 20;

    /** Room for 2,048 tokens of a vocabulary of 32,000. */
    public static final long DEFAULT_KEEP_BYTES = 256L << 20;

    /** What the log-prob of a token outside the support is. One that the rules forbid has -infinity whatever is chosen. */
    public enum OutsideSupport {
        /** The support is widened down to the token: right for tokens that this sampler drew, whatever rounding says now. */
        KEEP_TARGET,
        /** Its log-prob is -infinity and it has no gradient: right for tokens from elsewhere. */
        MINUS_INFINITY
    }

    public ScoreOptions {
        filters = List.copyOf(filters);
        rules = List.copyOf(rules);
        Check.that(
                !filters.isEmpty(),
                "filters",
                "empty",
                "must hold one filter or one per sequence",
                "use SamplingFilter.NONE");
        Check.that(!rules.isEmpty(), "rules", "empty", "must hold one or one per sequence", "use TokenRules.NONE");
        Check.that(usableTokens >= 0, "usableTokens", usableTokens, "must be at least 0", "use 0 to score all tokens");
        Check.that(
                seenTokens != null || !dependsOnText(filters, rules),
                "seenTokens",
                "null",
                "must be given with a penalty or a least number of new tokens",
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
     * @param filter the sampler's filter, without penalties
     * @return the options
     */
    public static ScoreOptions of(SamplingFilter filter) {
        return new ScoreOptions(
                List.of(filter),
                List.of(TokenRules.NONE),
                0,
                null,
                OutsideSupport.KEEP_TARGET,
                false,
                0,
                DEFAULT_CHUNK_BYTES);
    }

    /**
     * The same with entropies.
     *
     * @return new options
     */
    public ScoreOptions withEntropy() {
        return new ScoreOptions(filters, rules, usableTokens, seenTokens, outside, true, keepBytes, chunkBytes);
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
        return new ScoreOptions(filters, rules, usableTokens, seenTokens, outside, entropy, bytes, chunkBytes);
    }

    /**
     * The same with another memory budget.
     *
     * @param bytes about how much one chunk may take
     * @return new options
     */
    public ScoreOptions withChunkBytes(long bytes) {
        return new ScoreOptions(filters, rules, usableTokens, seenTokens, outside, entropy, keepBytes, bytes);
    }

    /**
     * The same among fewer tokens.
     *
     * @param count only ids below this are scored, 0 = all
     * @return new options
     */
    public ScoreOptions withUsableTokens(long count) {
        return new ScoreOptions(filters, rules, count, seenTokens, outside, entropy, keepBytes, chunkBytes);
    }

    /**
     * Whether what has been written before changes a distribution.
     *
     * @param filters the sampler's filters
     * @param rules the sampler's rules for single tokens
     * @return true if a filter has a penalty or a rule forbids end tokens for a while
     */
    public static boolean dependsOnText(List<SamplingFilter> filters, List<TokenRules> rules) {
        return filters.stream().anyMatch(SamplingFilter::penalised)
                || rules.stream().anyMatch(TokenRules::forbidsEnds);
    }

    /** Whether the fast path for an unrestricted distribution applies. */
    boolean unrestricted() {
        SamplingFilter first = filters.get(0);
        return first.temperature() > 0
                && filters.stream().allMatch(f -> f.keepsWholeVocabulary() && f.temperature() == first.temperature())
                && rules.stream().allMatch(TokenRules::changesNothing);
    }

    boolean penalised() {
        return filters.stream().anyMatch(SamplingFilter::penalised);
    }

    /** How many tokens a head of this vocabulary scores. */
    long usable(long vocabulary) {
        Check.that(
                usableTokens <= vocabulary,
                "usableTokens",
                usableTokens,
                "must be at most the model's vocabulary size " + vocabulary,
                "pass the tokenizer's vocabulary size, or 0 to score all tokens");
        return usableTokens == 0 ? vocabulary : usableTokens;
    }

    long chunkRows(long vocabulary) {
        return Math.max(1, chunkBytes / rowBytes(vocabulary));
    }

    /**
     * What a row of a chunk takes: logits and temporaries of the same size are alive at once, more of them on a restricted
     * support, where penalties also spread the text before each row.
     */
    long rowBytes(long vocabulary) {
        long copies = unrestricted() ? 2 : 6;
        long text = penalised() && seenTokens != null
                ? 10 * seenTokens.tokens().getShape().get(1)
                : 0;
        return Float.BYTES * (copies * vocabulary + text);
    }
}
