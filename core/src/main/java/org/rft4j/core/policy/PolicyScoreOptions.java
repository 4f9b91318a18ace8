package org.rft4j.core.policy;

import java.util.List;
import org.rft4j.engine.Check;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.ScoreOptions;

/**
 * How a policy scores a batch.
 *
 * @param layout how sequences lie in the rows that the model sees
 * @param memory what is kept for the way back
 * @param filters the sampler's filters, one for all sequences or one per sequence; a repetition penalty counts all tokens
 *     of the sequence before the scored one
 * @param outside what happens to a token outside the filters' support
 * @param entropy whether to compute entropies (always done under a restricted support)
 * @param chunkBytes about how much memory one chunk of logits with its temporaries may take
 */
public record PolicyScoreOptions(
        BatchLayout layout,
        ActivationMemory memory,
        List<SamplingFilter> filters,
        ScoreOptions.OutsideSupport outside,
        boolean entropy,
        long chunkBytes) {
    /** Right-padded, keeping matrix products, the model's own distribution, log-probs only. */
    public static final PolicyScoreOptions DEFAULT = new PolicyScoreOptions(
            BatchLayout.rightPadded(),
            ActivationMemory.KEEP_PRODUCTS,
            List.of(SamplingFilter.NONE),
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
        Check.that(chunkBytes > 0, "chunkBytes", chunkBytes, "must be positive", "the default is 192 MB");
    }

    /**
     * The same in another layout.
     *
     * @param other how sequences lie in rows
     * @return new options
     */
    public PolicyScoreOptions withLayout(BatchLayout other) {
        return new PolicyScoreOptions(other, memory, filters, outside, entropy, chunkBytes);
    }

    /**
     * The same, keeping something else for the way back.
     *
     * @param kept what is kept
     * @return new options
     */
    public PolicyScoreOptions withMemory(ActivationMemory kept) {
        return new PolicyScoreOptions(layout, kept, filters, outside, entropy, chunkBytes);
    }

    /**
     * The same under other filters.
     *
     * @param others one for all sequences or one per sequence
     * @return new options
     */
    public PolicyScoreOptions withFilters(List<SamplingFilter> others) {
        return new PolicyScoreOptions(layout, memory, others, outside, entropy, chunkBytes);
    }

    /**
     * The same with another rule for tokens outside the support.
     *
     * @param rule what their log-prob is
     * @return new options
     */
    public PolicyScoreOptions withOutside(ScoreOptions.OutsideSupport rule) {
        return new PolicyScoreOptions(layout, memory, filters, rule, entropy, chunkBytes);
    }

    /**
     * The same with entropies.
     *
     * @return new options
     */
    public PolicyScoreOptions withEntropy() {
        return new PolicyScoreOptions(layout, memory, filters, outside, true, chunkBytes);
    }

    /**
     * The same with other chunks of logits.
     *
     * @param bytes about how much memory one chunk with its temporaries may take
     * @return new options
     */
    public PolicyScoreOptions withChunkBytes(long bytes) {
        return new PolicyScoreOptions(layout, memory, filters, outside, entropy, bytes);
    }

    /**
     * The same for a part of the batch.
     *
     * @param sequences the numbers that were passed to {@link TokenBatch#select}
     * @return options with the filters of these sequences
     */
    public PolicyScoreOptions select(List<Integer> sequences) {
        if (filters.size() == 1) {
            return this;
        }
        return withFilters(sequences.stream().map(filters::get).toList());
    }

    /** Whether a sequence's scores depend on more than its tokens, so that a row must hold one sequence. */
    boolean perSequence() {
        return filters.size() > 1 || penalised();
    }

    boolean penalised() {
        return filters.stream().anyMatch(filter -> filter.repetitionPenalty() != 1);
    }
}
