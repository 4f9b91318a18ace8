package org.rft4j.algorithms.rows;

import java.util.List;
import org.rft4j.algorithms.advantage.Groups;
import org.rft4j.algorithms.advantage.Rewards;
import org.rft4j.algorithms.advantage.TokenMask;
import org.rft4j.core.training.TrainingRow;
import org.rft4j.engine.Check;

/**
 * The rows of a round as a grid: B rows, T tokens, those of the longest row. Rows of which nothing can be learned have no token in the
 * mask, and no applicable reward. Immutable.
 */
public final class RowGrid {
    private final List<TrainingRow> rows;

    private final int[] lengths;

    private final int width;

    private final TokenMask mask;

    private RowGrid(List<TrainingRow> rows, int[] lengths, int width, TokenMask mask) {
        this.rows = rows;
        this.lengths = lengths;
        this.width = width;
        this.mask = mask;
    }

    /**
     * Lays rows out.
     *
     * @param rows at least one
     * @return the grid
     */
    public static RowGrid of(List<TrainingRow> rows) {
        Check.that(!rows.isEmpty(), "rows", "none", "must be at least one", "skip a round without rows");
        boolean[][] trained = new boolean[rows.size()][];
        int[] lengths = new int[rows.size()];
        int width = 1;
        for (int row = 0; row < trained.length; row++) {
            trained[row] = rows.get(row).sequence().trained();
            lengths[row] = trained[row].length;
            width = Math.max(width, lengths[row]);
        }
        byte[] bits = new byte[Math.multiplyExact(trained.length, width)];
        for (int row = 0; row < trained.length; row++) {
            boolean usable = rows.get(row).usable();
            for (int t = 0; t < lengths[row]; t++) {
                bits[row * width + t] = (byte) (usable && trained[row][t] ? 1 : 0);
            }
        }
        return new RowGrid(List.copyOf(rows), lengths, width, TokenMask.of(trained.length, width, bits));
    }

    /**
     * The tokens that can be trained.
     *
     * @return 1 = the policy drew it, and its row is usable
     */
    public TokenMask mask() {
        return mask;
    }

    /**
     * The same as the mask, in the rows' own lengths.
     *
     * @return [rows][tokens], to be changed at will
     */
    public boolean[][] trained() {
        boolean[][] trained = new boolean[lengths.length][];
        for (int row = 0; row < trained.length; row++) {
            trained[row] = new boolean[lengths[row]];
            for (int t = 0; t < lengths[row]; t++) {
                trained[row][t] = mask.isPolicy(row * width + t);
            }
        }
        return trained;
    }

    /**
     * What the rows earned.
     *
     * @return one for each row, not applicable where the row is not usable
     */
    public Rewards rewards() {
        double[] values = new double[lengths.length];
        boolean[] applicable = new boolean[lengths.length];
        for (int row = 0; row < values.length; row++) {
            values[row] = rows.get(row).score().value();
            applicable[row] = rows.get(row).usable();
        }
        return Rewards.of(values, applicable);
    }

    /**
     * Which rows are compared with each other.
     *
     * @return groups in the order of their first rows
     */
    public Groups groups() {
        return Groups.ofKeys(rows.stream().map(TrainingRow::group).toList());
    }

    /**
     * Lays numbers of tokens out.
     *
     * @param perToken [rows][tokens] in the rows' own lengths
     * @return B * T numbers, row-major, 0 where the mask is 0
     */
    public double[] flat(float[][] perToken) {
        Check.that(
                perToken.length == lengths.length,
                "rows of token numbers",
                perToken.length,
                "must be the number of rows " + lengths.length,
                "pass what models said of the same rows");
        double[] flat = new double[Math.multiplyExact(lengths.length, width)];
        for (int row = 0; row < lengths.length; row++) {
            Check.that(
                    perToken[row].length == lengths[row],
                    "token numbers of row " + row,
                    perToken[row].length,
                    "must be as many as its tokens " + lengths[row],
                    "pass what models said of the same rows");
            for (int t = 0; t < lengths[row]; t++) {
                int i = row * width + t;
                flat[i] = mask.isPolicy(i) ? perToken[row][t] : 0;
            }
        }
        return flat;
    }

    /**
     * A column of a grid's numbers.
     *
     * @param flat B * T numbers, row-major
     * @return [rows][tokens] in the rows' own lengths, 0 where the mask is 0
     */
    public float[][] column(double[] flat) {
        float[][] column = new float[lengths.length][];
        for (int row = 0; row < column.length; row++) {
            column[row] = new float[lengths[row]];
            for (int t = 0; t < lengths[row]; t++) {
                int i = row * width + t;
                column[row][t] = mask.isPolicy(i) ? (float) flat[i] : 0;
            }
        }
        return column;
    }

    /**
     * A column that is the same for all tokens of a row.
     *
     * @param perRow a number for each row
     * @return [rows][tokens] in the rows' own lengths, 0 where the mask is 0
     */
    public float[][] spread(double[] perRow) {
        double[] flat = new double[Math.multiplyExact(lengths.length, width)];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = perRow[i / width];
        }
        return column(flat);
    }
}
