package org.rft4j.core.data.rows;

import org.jspecify.annotations.Nullable;

/** Rows that can be read in any order. Threads may share it. */
public interface RowTable extends RowSource {
    /**
     * How many rows there are, bad ones included.
     *
     * @return their number
     */
    int size();

    /**
     * Reads one row.
     *
     * @param index which, from 0
     * @return the row, or what is wrong with it
     */
    Read read(int index);

    @Override
    default RowCursor open() {
        return new RowCursor() {
            private int next;

            @Override
            public @Nullable Read next() {
                return next < size() ? read(next++) : null;
            }

            @Override
            public void close() {
                // holds nothing
            }
        };
    }
}
