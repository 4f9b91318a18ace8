package org.rft4j.core.data.load;

import org.rft4j.core.data.Example;
import org.rft4j.core.data.rows.Row;

/**
 * Makes a record of a row. It is called again when a record is read again, by several threads, and must then make the same.
 *
 * @param <T> the shape of the record
 */
@FunctionalInterface
public interface ExampleReader<T extends Example> {
    /**
     * Reads a row.
     *
     * @param row the row
     * @return the record; whatever is thrown counts as a bad row
     */
    T read(Row row);
}
