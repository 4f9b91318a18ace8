package org.rft4j.core.data.stream;

import org.rft4j.core.data.Example;
import org.rft4j.core.state.Resumable;

/**
 * Records in the order in which a run meets them. Its state is a few numbers, whatever the size of the data. For one thread.
 *
 * @param <T> the shape of the records
 */
public interface ExampleStream<T extends Example> extends Resumable {
    /**
     * Whether there is another record.
     *
     * @return false at the end, if there is one
     */
    boolean hasNext();

    /**
     * Moves on.
     *
     * @return the next record; an error at the end
     */
    T next();
}
