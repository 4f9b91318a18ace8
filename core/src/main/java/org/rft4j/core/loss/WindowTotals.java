package org.rft4j.core.loss;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Counts over all micro-batches of an optimiser step, of the rows that are run: what is told of a step is normalised by them, so that it does
 * not depend on how the step is split. The loss is normalised by its weights, or by units.
 *
 * @param rows sequences with a trained token
 * @param tokens trained tokens of all of them
 * @param units sets of sequences that belong together, such as the two answers of a preference
 */
public record WindowTotals(int rows, long tokens, int units) {
    /**
     * Counts sequences that stand each for itself.
     *
     * @param trainedTokens of each sequence of the window
     * @return the totals; sequences without a trained token do not count
     */
    public static WindowTotals of(int[] trainedTokens) {
        return of(trainedTokens, IntStream.range(0, trainedTokens.length).toArray());
    }

    /**
     * Counts.
     *
     * @param trainedTokens of each sequence of the window
     * @param units which unit each of them belongs to
     * @return the totals; sequences without a trained token do not count
     */
    public static WindowTotals of(int[] trainedTokens, int[] units) {
        int rows = 0;
        long tokens = 0;
        Set<Integer> different = new HashSet<>();
        for (int n = 0; n < trainedTokens.length; n++) {
            if (trainedTokens[n] > 0) {
                rows++;
                different.add(units[n]);
            }
            tokens += trainedTokens[n];
        }
        return new WindowTotals(rows, tokens, different.size());
    }
}
