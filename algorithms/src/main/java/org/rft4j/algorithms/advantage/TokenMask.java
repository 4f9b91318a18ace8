package org.rft4j.algorithms.advantage;

import java.util.Arrays;
import org.rft4j.engine.InvalidInputException;

/** A grid of B rows and T columns in which 1 marks a token that the policy wrote and that is trained. Immutable. */
public final class TokenMask {
    private final int rows;
    private final int columns;
    private final byte[] mask;

    private TokenMask(int rows, int columns, byte[] mask) {
        this.rows = rows;
        this.columns = columns;
        this.mask = mask;
    }

    /**
     * A mask from a flat row-major array.
     *
     * @param rows B
     * @param columns T
     * @param mask B * T values, each 0 or 1
     * @return the mask
     */
    public static TokenMask of(int rows, int columns, byte... mask) {
        Inputs.requireNotEmpty(rows, "number of rows");
        Inputs.requireNotEmpty(columns, "number of columns");
        Inputs.requireLength(mask.length, Math.multiplyExact(rows, columns), "mask", "rows times columns");
        byte[] copy = mask.clone();
        for (int i = 0; i < copy.length; i++) {
            requireBit(copy[i], i / columns, i % columns);
        }
        return new TokenMask(rows, columns, copy);
    }

    /**
     * A mask from rows of equal length.
     *
     * @param mask values, each 0 or 1
     * @return the mask
     */
    public static TokenMask ofRows(int[]... mask) {
        Inputs.requireNotEmpty(mask.length, "number of rows");
        int columns = mask[0].length;
        byte[] flat = new byte[Math.multiplyExact(mask.length, columns)];
        for (int row = 0; row < mask.length; row++) {
            Inputs.requireLength(mask[row].length, columns, "mask row " + row, "the length of row 0");
            for (int column = 0; column < columns; column++) {
                requireBit(mask[row][column], row, column);
                flat[row * columns + column] = (byte) mask[row][column];
            }
        }
        return of(mask.length, columns, flat);
    }

    private static void requireBit(int value, int row, int column) {
        if ((value & ~1) != 0) {
            throw new InvalidInputException(
                    "mask[" + row + "][" + column + "]",
                    value,
                    "must be 0 or 1",
                    "use 1 for policy tokens and put weights into the loss instead");
        }
    }

    /**
     * Number of rows.
     *
     * @return B
     */
    public int rows() {
        return rows;
    }

    /**
     * Number of columns.
     *
     * @return T
     */
    public int columns() {
        return columns;
    }

    /**
     * Whether a position holds a policy token.
     *
     * @param index {@code row * columns + column}
     * @return true where the mask is 1
     */
    public boolean isPolicy(int index) {
        return mask[index] != 0;
    }

    /**
     * The policy tokens of one row.
     *
     * @param row index of the row
     * @return how many there are
     */
    public int tokens(int row) {
        int count = 0;
        for (int i = row * columns; i < (row + 1) * columns; i++) {
            count += mask[i];
        }
        return count;
    }

    /**
     * The policy tokens of every row: the response lengths that count.
     *
     * @return B counts
     */
    public int[] lengths() {
        int[] lengths = new int[rows];
        for (int row = 0; row < rows; row++) {
            lengths[row] = tokens(row);
        }
        return lengths;
    }

    /** Flat index of the last policy token of a row, or -1 when the row has none. */
    int lastToken(int row) {
        for (int i = (row + 1) * columns - 1; i >= row * columns; i--) {
            if (mask[i] != 0) {
                return i;
            }
        }
        return -1;
    }

    /** The same mask without the tokens of the rows whose reward does not apply. */
    TokenMask onlyApplicable(Rewards rewards) {
        Inputs.requireLength(rewards.size(), rows, "rewards", "the number of rows");
        if (rewards.notApplicable() == 0) {
            return this;
        }
        byte[] copy = mask.clone();
        for (int row = 0; row < rows; row++) {
            if (!rewards.isApplicable(row)) {
                Arrays.fill(copy, row * columns, (row + 1) * columns, (byte) 0);
            }
        }
        return new TokenMask(rows, columns, copy);
    }

    void requireGrid(double[] values, String what) {
        Inputs.requireLength(values.length, mask.length, what, "rows times columns");
    }

    /** Checks the grid size, and that the values at policy tokens are usable; other positions may hold anything. */
    void requireUsable(double[] values, String what) {
        requireGrid(values, what);
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] != 0) {
                Inputs.requireUsable(values[i], what, i);
            }
        }
    }

    int size() {
        return mask.length;
    }
}
