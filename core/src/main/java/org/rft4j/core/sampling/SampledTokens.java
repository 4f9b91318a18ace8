package org.rft4j.core.sampling;

import java.util.Arrays;
import org.rft4j.engine.Check;

/**
 * The tokens of a sample.
 *
 * @param prompt what the model saw; empty where a server does not tell
 * @param ids what it wrote, the token that ended it included
 * @param logProbs of each of them, under the distribution that it was drawn from
 * @param supportSizes among how many tokens each of them was drawn, those that top-k, top-p and min-p left; 0 = all, or not known
 * @param origin how the ids came about
 */
public record SampledTokens(long[] prompt, long[] ids, float[] logProbs, int[] supportSizes, Origin origin) {
    /** How token ids came about. Only ids that the model drew are fit for training. */
    public enum Origin {
        /** They are what the model drew. */
        DRAWN,
        /** A server gave only text, which was encoded again: the model may have drawn others. */
        ENCODED_AGAIN
    }

    /** Copies the arrays. */
    public SampledTokens {
        Check.that(
                logProbs.length == ids.length && supportSizes.length == ids.length,
                "numbers of log-probs and support sizes",
                logProbs.length + " and " + supportSizes.length,
                "must both be that of the tokens, " + ids.length,
                "give one of each per token");
        prompt = prompt.clone();
        ids = ids.clone();
        logProbs = logProbs.clone();
        supportSizes = supportSizes.clone();
    }

    /**
     * Tokens of a sampler that does not say among how many it drew them.
     *
     * @param prompt what the model saw; empty where a server does not tell
     * @param ids what it wrote, the token that ended it included
     * @param logProbs of each of them, under the distribution that it was drawn from
     * @param origin how the ids came about
     */
    public SampledTokens(long[] prompt, long[] ids, float[] logProbs, Origin origin) {
        this(prompt, ids, logProbs, new int[ids.length], origin);
    }

    @Override
    public long[] prompt() {
        return prompt.clone();
    }

    @Override
    public long[] ids() {
        return ids.clone();
    }

    @Override
    public float[] logProbs() {
        return logProbs.clone();
    }

    @Override
    public int[] supportSizes() {
        return supportSizes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SampledTokens tokens
                && Arrays.equals(prompt, tokens.prompt)
                && Arrays.equals(ids, tokens.ids)
                && Arrays.equals(logProbs, tokens.logProbs)
                && Arrays.equals(supportSizes, tokens.supportSizes)
                && origin == tokens.origin;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(prompt) + Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return "SampledTokens[" + prompt.length + " of the prompt, " + ids.length + " " + origin + "]";
    }
}
