package org.rft4j.core.sampling;

/** Hears of a sample while it is written. Called by the sampler's thread, which waits: be quick. */
@FunctionalInterface
public interface SampleListener {
    /** Hears nothing. */
    SampleListener NONE = (key, text, tokens) -> {};

    /**
     * More has been written.
     *
     * @param key which sample
     * @param newText the text that has become certain since the last call, often none; together the pieces are the sample's text
     * @param tokens how many tokens it has by now
     */
    void written(SampleKey key, String newText, int tokens);
}
