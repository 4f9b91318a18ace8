package org.rft4j.rollout.sampler;

import java.util.List;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.engine.decoder.DecodeStatistics;

/** A model with its key-value cache, as the scheduler sees it. One thread calls it. */
interface RowModel extends AutoCloseable {
    /** A prompt in the cache. */
    interface ReadPrompt {
        /**
         * Begins a row that continues the prompt.
         *
         * @param last whether no other row will begin with it: the prompt is then released, and lives as long as its rows
         */
        Row begin(boolean last);

        /** Lets no further row begin; those that have begun go on. */
        void release();
    }

    /** A text that is being written. */
    interface Row {
        /** Frees its part of the cache. */
        void release();
    }

    /**
     * How a row is to be continued.
     *
     * @param row which
     * @param options how
     * @param written how many new tokens it has
     * @param uniforms one per token that it may get
     * @param endIds tokens that end it
     */
    record Wanted(Row row, SamplingOptions options, int written, double[] uniforms, List<Long> endIds) {}

    /**
     * What a row got.
     *
     * @param tokens its new tokens, none behind one of its end ids
     * @param logProbs of each of them
     * @param supportSizes among how many tokens each of them was drawn, 0 = all
     * @param broken whether its logits are unusable
     */
    record Written(long[] tokens, float[] logProbs, int[] supportSizes, boolean broken) {}

    /** Reads prompts that are not in the cache. */
    List<ReadPrompt> read(List<long[]> prompts);

    /**
     * Continues rows.
     *
     * @param rows each once, at least one
     * @param returnAfterStopped return as soon as so many of them have stopped
     * @return what each of them got
     */
    List<Written> write(List<Wanted> rows, int returnAfterStopped);

    /** Forgets all prompts and rows. */
    void reset();

    /** The version of the weights. */
    long version();

    /** What the cache holds, and where the time of native calls went. */
    DecodeStatistics statistics();

    @Override
    void close();
}
