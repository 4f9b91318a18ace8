package org.rft4j.algorithms.advantage;

import org.rft4j.engine.InvalidInputException;

/** Which turn of its row each policy token belongs to, counted from 0. Immutable. */
public final class TurnIndex {
    private final TokenMask mask;
    private final int[] turns; // -1 where the mask is 0

    private TurnIndex(TokenMask mask, int[] turns) {
        this.mask = mask;
        this.turns = turns;
    }

    /**
     * Turns given token by token.
     *
     * @param mask the policy tokens
     * @param turns B * T turn numbers, row-major, never falling along a row; anything where the mask is 0
     * @return the index
     */
    public static TurnIndex of(TokenMask mask, int... turns) {
        Inputs.requireLength(turns.length, mask.size(), "turns", "rows times columns");
        int[] copy = new int[turns.length];
        for (int row = 0; row < mask.rows(); row++) {
            int previous = 0;
            for (int i = row * mask.columns(); i < (row + 1) * mask.columns(); i++) {
                copy[i] = mask.isPolicy(i) ? turns[i] : -1;
                if (mask.isPolicy(i)) {
                    if (turns[i] < previous) {
                        throw new InvalidInputException(
                                "turn[" + row + "][" + i % mask.columns() + "]",
                                turns[i],
                                "must be at least 0 and not fall along a row (it follows turn " + previous + ")",
                                "number the turns of each row from 0 in token order");
                    }
                    previous = turns[i];
                }
            }
        }
        return new TurnIndex(mask, copy);
    }

    /**
     * Every unbroken run of policy tokens is a turn. Right where turns are separated by at least one token that the policy
     * did not write and no turn has a hole.
     *
     * @param mask the policy tokens
     * @return the index
     */
    public static TurnIndex ofRuns(TokenMask mask) {
        int[] turns = new int[mask.size()];
        for (int row = 0; row < mask.rows(); row++) {
            int turn = -1;
            boolean inside = false;
            for (int i = row * mask.columns(); i < (row + 1) * mask.columns(); i++) {
                turn += mask.isPolicy(i) && !inside ? 1 : 0;
                inside = mask.isPolicy(i);
                turns[i] = inside ? turn : -1;
            }
        }
        return new TurnIndex(mask, turns);
    }

    /**
     * The policy tokens.
     *
     * @return the mask
     */
    public TokenMask mask() {
        return mask;
    }

    /**
     * The turn of one position.
     *
     * @param index {@code row * columns + column}
     * @return the turn, or -1 where the mask is 0
     */
    public int turn(int index) {
        return turns[index];
    }
}
