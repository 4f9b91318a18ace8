package org.rft4j.core.trajectory;

import java.util.Arrays;
import org.rft4j.engine.Check;

/**
 * The tokens of an episode in the order in which the model saw and wrote them. They are what is trained, never an encoding of the
 * text made later.
 *
 * @param ids prompt, answers and observations
 * @param trained for each of them whether the policy drew it and is to be trained on it (true), or it came from elsewhere
 * @param logProbs of each trained token when it was drawn, finite, 0 elsewhere; a token whose log-prob nobody knows, such as a server's
 *     that tells none, cannot be trained
 * @param supportSizes among how many tokens each trained token was drawn, those that top-k, top-p and min-p left; 0 = all, or not
 *     known, and elsewhere
 * @param promptLength how many tokens were there before the policy wrote its first
 */
public record TokenTrace(long[] ids, boolean[] trained, float[] logProbs, int[] supportSizes, int promptLength) {
    /** Copies the arrays and checks that they fit each other. */
    public TokenTrace {
        Check.that(
                trained.length == ids.length && logProbs.length == ids.length && supportSizes.length == ids.length,
                "lengths of mask, log-probs and support sizes",
                trained.length + ", " + logProbs.length + " and " + supportSizes.length,
                "must all be the number of tokens " + ids.length,
                "give one of each per token");
        Check.that(
                promptLength >= 1 && promptLength <= ids.length,
                "promptLength",
                promptLength,
                "must be between 1 and the number of tokens " + ids.length,
                "begin an empty prompt with the model's start token");
        for (int t = 0; t < ids.length; t++) {
            Check.that(
                    !trained[t] || t >= promptLength,
                    "mask of prompt token " + t,
                    1,
                    "must be 0, the policy did not write it",
                    "set promptLength to where the policy began");
            Check.that(
                    trained[t] || logProbs[t] == 0,
                    "log-prob of token " + t + ", which is not trained",
                    logProbs[t],
                    "must be 0",
                    "keep log-probs of trained tokens only");
            requireFinite(t, logProbs[t]);
            requireSize(t, trained[t], supportSizes[t]);
        }
        ids = ids.clone();
        trained = trained.clone();
        logProbs = logProbs.clone();
        supportSizes = supportSizes.clone();
        for (int t = 0; t < logProbs.length; t++) {
            logProbs[t] = trained[t] ? logProbs[t] : 0; // -0 counts as 0
        }
    }

    private static void requireFinite(int token, float logProb) {
        Check.that(
                Float.isFinite(logProb),
                "log-prob of token " + token + ", which is trained",
                logProb,
                "must be finite",
                "do not train tokens whose log-prob is not known");
    }

    private static void requireSize(int token, boolean trained, int size) {
        Check.that(
                size == 0 || (trained && size > 0),
                "support size of token " + token + ", which is " + (trained ? "" : "not ") + "trained",
                size,
                trained ? "must be at least 0" : "must be 0",
                "keep what the sampler said of trained tokens, 0 where it said nothing");
    }

    /**
     * The tokens of a sampler that does not say among how many it drew them.
     *
     * @param ids prompt, answers and observations
     * @param trained for each of them whether the policy drew it and is to be trained on it
     * @param logProbs of each trained token when it was drawn, 0 elsewhere
     * @param promptLength how many tokens were there before the policy wrote its first
     */
    public TokenTrace(long[] ids, boolean[] trained, float[] logProbs, int promptLength) {
        this(ids, trained, logProbs, new int[ids.length], promptLength);
    }

    @Override
    public long[] ids() {
        return ids.clone();
    }

    @Override
    public boolean[] trained() {
        return trained.clone();
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
        return other instanceof TokenTrace trace
                && Arrays.equals(ids, trace.ids)
                && Arrays.equals(trained, trace.trained)
                && Arrays.equals(logProbs, trace.logProbs)
                && Arrays.equals(supportSizes, trace.supportSizes)
                && promptLength == trace.promptLength;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ids) + promptLength;
    }

    @Override
    public String toString() {
        return "TokenTrace[" + ids.length + " tokens, " + promptLength + " of the prompt, " + trainedTokens()
                + " trained]";
    }

    /**
     * The number of tokens.
     *
     * @return prompt, answers and observations together
     */
    public int length() {
        return ids.length;
    }

    /**
     * How many tokens are trained.
     *
     * @return the number of 1s of the mask
     */
    public int trainedTokens() {
        int count = 0;
        for (boolean one : trained) {
            count += one ? 1 : 0;
        }
        return count;
    }
}
