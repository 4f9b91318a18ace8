package org.rft4j.core.loss;

/**
 * Counts over all micro-batches of an optimiser step, of the rows that are run: what is told of a step is normalised by them, so that it does
 * not depend on how the step is split. The loss is normalised by its weights.
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
