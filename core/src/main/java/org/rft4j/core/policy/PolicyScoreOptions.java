package org.rft4j.core.policy;

import java.util.List;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.engine.Check;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.kernels.TokenRules;

/**
 * How a policy scores a batch.
 *
 * @param layout how sequences lie in the rows that the model sees
 * @param memory what is kept for the way back
 * @param filters the sampler's filters, one for all sequences or one per sequence; a repetition penalty counts all tokens
 *     of the sequence before the scored one, other penalties those of its turn, see {@link TokenBatch}
 * @param rules the sampler's rules for single tokens, one for all sequences or one per sequence
 * @param usableTokens the sampler draws ids below this only, and only they are scored; 0 = all
 * @param outside what happens to a token outside the filters' support
 * @param entropy whether to compute entropies (always done under a restricted support)
 * @param chunkBytes about how much memory one chunk of logits with its temporaries may take
 */
public record PolicyScoreOptions(
        BatchLayout layout,
        ActivationMemory memory,
        List<SamplingFilter> filters,
        List<TokenRules> rules,
        long usableTokens,
        ScoreOptions.OutsideSupport outside,
        boolean entropy,
        long chunkBytes) {
    /** Right-padded, keeping matrix products, the model's own distribution, log-probs only. */
    public static final PolicyScoreOptions DEFAULT = new PolicyScoreOptions(
            BatchLayout.rightPadded(),
            ActivationMemory.KEEP_PRODUCTS,
            List.of(SamplingFilter.NONE),
            List.of(TokenRules.NONE),
            0,
            ScoreOptions.OutsideSupport.KEEP_TARGET,
            false,
            ScoreOptions.DEFAULT_CHUNK_BYTES);

    public PolicyScoreOptions {
        filters = List.copyOf(filters);
        Check.that(
                !filters.isEmpty(),
                "filters",
                "empty",
                "must hold one filter or one per sequence",
                "use SamplingFilter.NONE");
        rules = List.copyOf(rules);
        Check.that(!rules.isEmpty(), "rules", "empty", "must hold one or one per sequence", "use TokenRules.NONE");
        Check.that(usableTokens >= 0, "usableTokens", usableTokens, "must be at least 0", "use 0 to score all tokens");
        Check.that(chunkBytes > 0, "chunkBytes", chunkBytes, "must be positive", "the default is 96 MB");
    }

    /**
     * The same in another layout.
     *
     * @param other how sequences lie in rows
     * @return new options
     */
    public PolicyScoreOptions withLayout(BatchLayout other) {
        return new PolicyScoreOptions(other, memory, filters, rules, usableTokens, outside, entropy, chunkBytes);
    }

    /**
     * The same, keeping something else for the way back.
     *
     * @param kept what is kept
     * @return new options
     */
    public PolicyScoreOptions withMemory(ActivationMemory kept) {
        return new PolicyScoreOptions(layout, kept, filters, rules, usableTokens, outside, entropy, chunkBytes);
    }

    /**
     * The same under other filters.
     *
     * @param others one for all sequences or one per sequence
     * @return new options
     */
    public PolicyScoreOptions withFilters(List<SamplingFilter> others) {
        return new PolicyScoreOptions(layout, memory, others, rules, usableTokens, outside, entropy, chunkBytes);
    }

    /**
     * The same under other rules for single tokens.
     *
     * @param others one for all sequences or one per sequence
     * @return new options
     */
    public PolicyScoreOptions withRules(List<TokenRules> others) {
        return new PolicyScoreOptions(layout, memory, filters, others, usableTokens, outside, entropy, chunkBytes);
    }

    /**
     * The same among fewer tokens.
     *
     * @param count only ids below this are scored, 0 = all
     * @return new options
     */
    public PolicyScoreOptions withUsableTokens(long count) {
        return new PolicyScoreOptions(layout, memory, filters, rules, count, outside, entropy, chunkBytes);
    }

    /**
     * The same under the distribution that a sampler drew from, so that log-probs are the sampler's own, up to rounding.
     *
     * @param sampling what the sampler was asked, one for all sequences or one per sequence
     * @param endIds the model's end tokens, for those who did not name others
     * @param usable how many tokens the sampler draws from, 0 = all: those that the tokenizer knows
     * @return new options
     */
    public PolicyScoreOptions underSampling(List<SamplingOptions> sampling, List<Long> endIds, long usable) {
        return withFilters(sampling.stream().map(SamplingOptions::filter).toList())
                .withRules(sampling.stream()
                        .map(one -> new TokenRules(
                                one.logitBias(),
                                one.minNewTokens(),
                                one.endIds().isEmpty() ? endIds : one.endIds()))
                        .toList())
                .withUsableTokens(usable);
    }

    /**
     * The same with another rule for tokens outside the support.
     *
     * @param rule what their log-prob is
     * @return new options
     */
    public PolicyScoreOptions withOutside(ScoreOptions.OutsideSupport rule) {
        return new PolicyScoreOptions(layout, memory, filters, rules, usableTokens, rule, entropy, chunkBytes);
    }

    /**
     * The same with entropies.
     *
     * @return new options
     */
    public PolicyScoreOptions withEntropy() {
        return new PolicyScoreOptions(layout, memory, filters, rules, usableTokens, outside, true, chunkBytes);
    }

    /**
     * The same with other chunks of logits.
     *
     * @param bytes about how much memory one chunk with its temporaries may take
     * @return new options
     */
    public PolicyScoreOptions withChunkBytes(long bytes) {
        return new PolicyScoreOptions(layout, memory, filters, rules, usableTokens, outside, entropy, bytes);
    }

    /**
     * The same for a part of the batch.
     *
     * @param sequences the numbers that were passed to {@link TokenBatch#select}
     * @return options with the filters and rules of these sequences
     */
    public PolicyScoreOptions select(List<Integer> sequences) {
        return withFilters(ofSequences(filters, sequences)).withRules(ofSequences(rules, sequences));
    }

    private static <T> List<T> ofSequences(List<T> each, List<Integer> sequences) {
        return each.size() == 1 ? each : sequences.stream().map(each::get).toList();
    }

    /** Whether a sequence's scores depend on more than its tokens, so that a row must hold one sequence. */
    boolean perSequence() {
        return filters.size() > 1 || rules.size() > 1 || dependsOnText();
    }

    boolean dependsOnText() {
        return ScoreOptions.dependsOnText(filters, rules);
    }
}
