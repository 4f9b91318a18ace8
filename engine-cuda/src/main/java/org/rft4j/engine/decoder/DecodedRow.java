package org.rft4j.engine.decoder;

/**
 * What a row got.
 *
 * @param row which
 * @param tokens its new tokens, one that ended it included
 * @param logProbs of each of them, under the filtered distribution over the usable tokens
 * @param supportSizes among how many tokens each of them was drawn; 0 where no filter left any out, and for greedy rows
 * @param state whether it can go on
 */
public record DecodedRow(DecodeRow row, long[] tokens, float[] logProbs, int[] supportSizes, State state) {
    /** Whether a row can go on. */
    public enum State {
        /** It can be continued. */
        RUNNING,
        /** Its last token is one of its end ids. It can be continued after {@link DecodeSession#extend}. */
        ENDED,
        /** Its logits are NaN or infinite, so nothing more was drawn: the weights are broken. */
        BROKEN
    }

    public DecodedRow {
        tokens = tokens.clone();
        logProbs = logProbs.clone();
        supportSizes = supportSizes.clone();
    }

    @Override
    public long[] tokens() {
        return tokens.clone();
    }

    @Override
    public float[] logProbs() {
        return logProbs.clone();
    }

    @Override
    public int[] supportSizes() {
        return supportSizes.clone();
    }
}
