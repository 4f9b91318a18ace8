package org.rft4j.rollout.sampler;

/**
 * What a sampler has done since it was opened, and holds now.
 *
 * @param samples that have ended, whatever the reason
 * @param newTokens that were written into samples
 * @param promptTokens that were read
 * @param sharedPromptTokens of prompts that were in the cache already and did not have to be read again
 * @param meanRows how many texts were written at once, averaged over decode steps
 * @param liveTokens in the cache now
 * @param cacheBytes memory that the cache takes now
 * @param times where the time went
 */
public record SamplerStatistics(
        long samples,
        long newTokens,
        long promptTokens,
        long sharedPromptTokens,
        double meanRows,
        long liveTokens,
        long cacheBytes,
        Times times) {
    /** Nothing done yet. */
    static final SamplerStatistics NONE = new SamplerStatistics(0, 0, 0, 0, 0, 0, 0, new Times(0, 0, 0, 0, 0, 0));

    /**
     * Seconds in which the sampler had work. The parts inside native calls are zeros unless {@link SamplerOptions#timed} is set.
     *
     * @param total all of them
     * @param reading native calls that read prompts
     * @param writing native calls that write tokens; what follows are parts of it
     * @param attention attention, with what keeps the cache
     * @param head logits
     * @param drawing filters and draws
     */
    public record Times(double total, double reading, double writing, double attention, double head, double drawing) {
        /**
         * The time outside native calls: scheduling, decoding text, listeners.
         *
         * @return seconds
         */
        public double java() {
            return total - reading - writing;
        }
    }

    /**
     * The speed.
     *
     * @return new tokens per second in which the sampler had work, 0 before the first
     */
    public double tokensPerSecond() {
        return times.total() == 0 ? 0 : newTokens / times.total();
    }
}
