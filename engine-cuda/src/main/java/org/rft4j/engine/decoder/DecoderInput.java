package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;
import org.rft4j.engine.kernels.TokenIds;

/**
 * Tokens for a decoder, and which of them belong together.
 *
 * @param ids [B,T], padded with any valid id
 * @param segments [B,T], a number of at least 1 for each sequence, which must stand in one piece, and 0 for padding; null
 *     where each row is one sequence, padded on the right
 */
public record DecoderInput(TokenIds ids, @Nullable TokenIds segments) {
    public DecoderInput {
        if (segments != null) {
            Check.that(
                    segments.rows() == ids.rows() && segments.columns() == ids.columns(),
                    "shape of segments",
                    segments.rows() + " x " + segments.columns(),
                    "must be that of the ids, " + ids.rows() + " x " + ids.columns(),
                    "give each token a segment");
            requireWhole(segments);
        }
    }

    /**
     * One sequence a row, padded on the right or not at all.
     *
     * @param ids [B,T]
     * @return the input
     */
    public static DecoderInput rightPadded(TokenIds ids) {
        return new DecoderInput(ids, null);
    }

    /**
     * Sequences anywhere in rows: padded on the left, or several behind one another. Which token sees which then takes a mask
     * [B,1,T,T] in the weights' format for each kind of attention window that the model has: long rows cost memory.
     *
     * @param ids [B,T]
     * @param segments [B,T], 0 = padding
     * @return the input
     */
    public static DecoderInput packed(TokenIds ids, TokenIds segments) {
        return new DecoderInput(ids, segments);
    }

    /** A token's place in its sequence; 0 for padding that segments tell of. Padding of {@link #rightPadded} is not known. */
    TokenIds positions() {
        long[][] positions = new long[ids.rows()][ids.columns()];
        for (int b = 0; b < ids.rows(); b++) {
            for (int t = 1; t < ids.columns(); t++) {
                boolean padding = segments != null && segments.get(b, t) == 0;
                boolean goesOn = segments == null || segments.get(b, t) == segments.get(b, t - 1);
                positions[b][t] = goesOn && !padding ? positions[b][t - 1] + 1 : 0;
            }
        }
        return TokenIds.of(positions);
    }

    /** Null where causal attention alone keeps real tokens from seeing what they must not: padding comes last. */
    @Nullable
    NDArray segmentsForProgram(NDManager scope) {
        if (segments == null || onlyPaddedOnTheRight(segments)) {
            return null;
        }
        return segments.toArray(scope);
    }

    private static boolean onlyPaddedOnTheRight(TokenIds segments) {
        for (int b = 0; b < segments.rows(); b++) {
            for (int t = 1; t < segments.columns(); t++) {
                boolean same = segments.get(b, t) == segments.get(b, t - 1);
                if (!same && segments.get(b, t) != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private static void requireWhole(TokenIds segments) {
        for (int b = 0; b < segments.rows(); b++) {
            java.util.Set<Long> ended = new java.util.HashSet<>();
            for (int t = 0; t < segments.columns(); t++) {
                long segment = segments.get(b, t);
                Check.that(segment >= 0, "segment", segment, "must be at least 0", "use 0 for padding");
                if (t > 0 && segment != segments.get(b, t - 1)) {
                    ended.add(segments.get(b, t - 1));
                    Check.that(
                            segment == 0 || !ended.contains(segment),
                            "segment at row " + b + ", column " + t,
                            segment,
                            "must stand in one piece in its row",
                            "give each sequence a number of its own");
                }
            }
        }
    }
}
