package org.rft4j.rollout.sampler;

import org.rft4j.core.chat.RenderOptions;
import org.rft4j.engine.Check;

/**
 * How a {@link PolicySampler} works. None of these changes what is drawn in fp32, except where a matrix product rounds differently at
 * another number of rows.
 *
 * @param maxRows the most texts that are written at once; others wait
 * @param chunkSteps the most tokens per text between two moments at which the sampler looks up: for new requests, cancellations and
 *     deadlines
 * @param watchedSteps the same while a text has a listener or stop strings; what is drawn behind a stop string is lost, so few
 * @param cacheBytes the most memory that keys and values of prompts and texts may take, counted at the length they may reach;
 *     requests wait for room. Up to an eighth more is kept for the next texts, and what grows is copied while the old stands beside it
 * @param strict whether every matrix product has eight rows, however few texts there are: then a sample has the same tokens and
 *     log-probs to the last bit in whatever company it was written, on the same machine. Tested in fp32 on a processor, with two
 *     threads; refused for models whose width is no multiple of 4
 * @param timed whether {@link SamplerStatistics} says where the time of native calls went
 * @param rendering how conversations are rendered
 */
public record SamplerOptions(
        int maxRows,
        int chunkSteps,
        int watchedSteps,
        long cacheBytes,
        boolean strict,
        boolean timed,
        RenderOptions rendering) {
    /** For models of tens of millions of parameters on a few cores: 32 texts, chunks of 16 tokens or 4, a cache of 1 GiB. */
    public static final SamplerOptions DEFAULT =
            new SamplerOptions(32, 16, 4, 1L << 30, false, false, RenderOptions.GENERATION);

    /** Checks the numbers. */
    public SamplerOptions {
        Check.that(maxRows > 0, "maxRows", maxRows, "must be positive", "32 suits a processor of few cores");
        Check.that(chunkSteps > 0, "chunkSteps", chunkSteps, "must be positive", "use 16");
        Check.that(
                watchedSteps > 0 && watchedSteps <= chunkSteps,
                "watchedSteps",
                watchedSteps,
                "must be between 1 and chunkSteps " + chunkSteps,
                "use 4");
        Check.that(cacheBytes > 0, "cacheBytes", cacheBytes, "must be positive", "use 1 GiB");
        Check.that(
                rendering.addGenerationPrompt(),
                "addGenerationPrompt of the rendering",
                false,
                "must be true, so that the model answers",
                "begin with RenderOptions.GENERATION; to go on with a text, render it and pass Prompt.of(ids)");
    }

    /**
     * Replaces the number of texts at once.
     *
     * @param rows the most
     * @return new options
     */
    public SamplerOptions withMaxRows(int rows) {
        return new SamplerOptions(rows, chunkSteps, watchedSteps, cacheBytes, strict, timed, rendering);
    }

    /**
     * Replaces the length of chunks.
     *
     * @param steps the most tokens per text between two looks up
     * @param watched the same while a text has a listener or stop strings
     * @return new options
     */
    public SamplerOptions withChunks(int steps, int watched) {
        return new SamplerOptions(maxRows, steps, watched, cacheBytes, strict, timed, rendering);
    }

    /**
     * Replaces the limit of memory.
     *
     * @param bytes the most that the cache may take
     * @return new options
     */
    public SamplerOptions withCacheBytes(long bytes) {
        return new SamplerOptions(maxRows, chunkSteps, watchedSteps, bytes, strict, timed, rendering);
    }

    /**
     * Makes samples independent of their company to the last bit; see {@code strict} for where that holds.
     *
     * @return new options
     */
    public SamplerOptions strictly() {
        return new SamplerOptions(maxRows, chunkSteps, watchedSteps, cacheBytes, true, timed, rendering);
    }

    /**
     * Takes times inside native calls.
     *
     * @return new options
     */
    public SamplerOptions withTimes() {
        return new SamplerOptions(maxRows, chunkSteps, watchedSteps, cacheBytes, strict, true, rendering);
    }

    /**
     * Replaces how conversations are rendered.
     *
     * @param other with a generation prompt
     * @return new options
     */
    public SamplerOptions withRendering(RenderOptions other) {
        return new SamplerOptions(maxRows, chunkSteps, watchedSteps, cacheBytes, strict, timed, other);
    }
}
