package org.rft4j.core.loss;

/**
 * What an optimiser step is normalised by: counts over all its micro-batches, so that the loss does not depend on how they were split.
 *
 * @param rows sequences with a trained token
 * @param tokens trained tokens of all of them
 */
public record WindowTotals(int rows, long tokens) {
    /**
     * Counts.
     *
     * @param trainedTokens of each sequence of the window
     * @return the totals; sequences without a trained token do not count
     */
    public static WindowTotals of(int[] trainedTokens) {
        int rows = 0;
        long tokens = 0;
        for (int count : trainedTokens) {
            rows += count > 0 ? 1 : 0;
            tokens += count;
        }
        return new WindowTotals(rows, tokens);
    }
}
