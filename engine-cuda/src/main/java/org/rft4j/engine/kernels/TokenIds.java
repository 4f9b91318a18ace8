package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.rft4j.engine.Check;

/** A rectangle of token ids on the host, where checking them costs nothing. */
public final class TokenIds {
    private final long[] flat;
    private final int rows;
    private final int columns;

    private TokenIds(long[] flat, int rows, int columns) {
        this.flat = flat;
        this.rows = rows;
        this.columns = columns;
    }

    /**
     * Copies rows of equal length.
     *
     * @param ids one row per sequence
     * @return the rectangle
     */
    public static TokenIds of(long[]... ids) {
        Check.that(
                ids.length > 0 && ids[0].length > 0,
                "token ids",
                ids.length == 0 ? "no rows" : "rows of length 0",
                "must have at least one row and one column",
                "skip empty batches");
        int columns = ids[0].length;
        long[] flat = new long[ids.length * columns];
        for (int i = 0; i < ids.length; i++) {
            Check.that(
                    ids[i].length == columns,
                    "length of row " + i,
                    ids[i].length,
                    "must be that of row 0, " + columns,
                    "pad the rows on the right");
            System.arraycopy(ids[i], 0, flat, i * columns, columns);
        }
        return new TokenIds(flat, ids.length, columns);
    }

    /**
     * The number of sequences.
     *
     * @return B
     */
    public int rows() {
        return rows;
    }

    /**
     * The length of the sequences.
     *
     * @return T
     */
    public int columns() {
        return columns;
    }

    /**
     * One id.
     *
     * @param row the sequence
     * @param column the place in it
     * @return the id
     */
    public long get(int row, int column) {
        return flat[row * columns + column];
    }

    /**
     * Throws unless every id is one of the vocabulary.
     *
     * @param vocabulary its size
     */
    public void requireBelow(long vocabulary) {
        for (int i = 0; i < flat.length; i++) {
            Check.that(
                    flat[i] >= 0 && flat[i] < vocabulary,
                    "token id at row " + i / columns + ", column " + i % columns,
                    flat[i],
                    "must be at least 0 and below the vocabulary size " + vocabulary,
                    "check that tokenizer and model belong together, and pad with a valid id");
        }
    }

    /**
     * Uploads the ids.
     *
     * @param scope owns the result
     * @return [B,T] int64
     */
    public NDArray toArray(NDManager scope) {
        return scope.create(flat, new Shape(rows, columns));
    }
}
