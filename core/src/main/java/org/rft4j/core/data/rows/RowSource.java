package org.rft4j.core.data.rows;

/** Something that rows can be read from, again and again, from its beginning. Threads may share it. */
public interface RowSource {
    /**
     * What ids and errors call it.
     *
     * @return a file's name, or what a list was called
     */
    String name();

    /**
     * Starts reading.
     *
     * @return a cursor before the first row
     */
    RowCursor open();
}
