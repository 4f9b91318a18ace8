package org.rft4j.core.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * Splits a batch so that each part fits into memory: sequences of like length together, so that little of a part is padding.
 * The plan is a function of the lengths alone.
 */
public final class MicroBatches {
    private MicroBatches() {}

    /** What becomes of a sequence that alone exceeds the budget. */
    public enum TooLong {
        /** An error. */
        REFUSE,
        /** A micro-batch of its own, larger than the budget. */
        ALONE
    }

    /**
     * Plans micro-batches.
     *
     * @param lengths the length of each sequence
     * @param tokenBudget the most tokens of a part, padding included: rows times the longest of them
     * @param maxRows the most sequences of a part
     * @param tooLong what becomes of a sequence that alone exceeds the budget
     * @return the numbers of the sequences of each part, each sequence once, the longest part first
     */
    public static List<List<Integer>> plan(int[] lengths, int tokenBudget, int maxRows, TooLong tooLong) {
        Check.that(
                tokenBudget > 0 && maxRows > 0,
                "tokenBudget and maxRows",
                tokenBudget + " and " + maxRows,
                "must be positive",
                "begin with 8192 tokens and 64 rows");
        for (int n = 0; n < lengths.length; n++) {
            Check.that(lengths[n] > 0, "length of sequence " + n, lengths[n], "must be positive", "leave it out");
            if (lengths[n] > tokenBudget && tooLong == TooLong.REFUSE) {
                throw new InvalidInputException(
                        "length of sequence " + n,
                        lengths[n],
                        "must be at most the token budget " + tokenBudget,
                        "cut it, raise the budget, or let it stand alone with TooLong.ALONE");
            }
        }
        List<Integer> longestFirst = IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(n -> lengths[n]).reversed())
                .toList();
        List<List<Integer>> plan = new ArrayList<>();
        List<Integer> part = new ArrayList<>();
        for (int n : longestFirst) {
            boolean full = !part.isEmpty()
                    && (part.size() == maxRows || (part.size() + 1L) * lengths[part.get(0)] > tokenBudget);
            if (full) {
                plan.add(List.copyOf(part));
                part.clear();
            }
            part.add(n);
        }
        if (!part.isEmpty()) {
            plan.add(List.copyOf(part));
        }
        return plan;
    }
}
