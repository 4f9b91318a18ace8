package org.rft4j.core.data.rows;

import org.jspecify.annotations.Nullable;

/** Reads rows one after another and holds no more than one of them. For one thread. */
public interface RowCursor extends AutoCloseable {
    /**
     * Reads on.
     *
     * @return the next row, or what is wrong with it, or null at the end
     * @throws DataException if nothing behind this place can be read, whatever is done about bad rows
     */
    @Nullable
    Read next();

    @Override
    void close();
}
