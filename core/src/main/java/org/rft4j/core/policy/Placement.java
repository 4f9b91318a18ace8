package org.rft4j.core.policy;

import ai.djl.ndarray.types.Shape;
import org.rft4j.engine.decoder.DecoderInput;
import org.rft4j.engine.kernels.TokenIds;

/** Where sequences lie in the rows that a model sees. */
public final class Placement {
    private final int rows;
    private final int columns;
    private final int[] rowOf;
    private final int[] startOf;
    private final boolean onePerRow;

    private Placement(int rows, int columns, int[] rowOf, int[] startOf, boolean onePerRow) {
        this.rows = rows;
        this.columns = columns;
        this.rowOf = rowOf;
        this.startOf = startOf;
        this.onePerRow = onePerRow;
    }

    static Placement onePerRow(TokenBatch batch, int[] starts) {
        int[] rows = java.util.stream.IntStream.range(0, batch.sequences()).toArray();
        return new Placement(rows.length, batch.columns(), rows, starts, true);
    }

    static Placement packed(int rows, int columns, int[] rowOf, int[] startOf) {
        return new Placement(rows, columns, rowOf, startOf, false);
    }

    /**
     * The number of rows.
     *
     * @return R
     */
    public int rows() {
        return rows;
    }

    /**
     * The length of the rows.
     *
     * @return C
     */
    public int columns() {
        return columns;
    }

    /** Whether row n is sequence n, so that what is said of a sequence can be said of its row. */
    boolean onePerRow() {
        return onePerRow;
    }

    Shape shape() {
        return new Shape(rows, columns);
    }

    /** The place of a token, counted row by row. */
    int placeOf(int sequence, int token) {
        return rowOf[sequence] * columns + startOf[sequence] + token;
    }

    /** Padding is id 0, which every vocabulary has, and segment 0. */
    DecoderInput input(TokenBatch batch) {
        long[][] ids = new long[rows][columns];
        long[][] segments = new long[rows][columns];
        for (int n = 0; n < batch.sequences(); n++) {
            for (int t = 0; t < batch.length(n); t++) {
                ids[rowOf[n]][startOf[n] + t] = batch.id(n, t);
                segments[rowOf[n]][startOf[n] + t] = n + 1L;
            }
        }
        return DecoderInput.packed(TokenIds.of(ids), TokenIds.of(segments));
    }
}
