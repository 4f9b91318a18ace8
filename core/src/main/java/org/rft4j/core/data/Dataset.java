package org.rft4j.core.data;

/**
 * Records by number, in memory or read when they are asked for. Threads may share it.
 *
 * @param <T> their shape
 */
public interface Dataset<T extends Example> {
    /**
     * How many there are.
     *
     * @return at least 1
     */
    int size();

    /**
     * One record.
     *
     * @param index which, from 0
     * @return the same at every call
     */
    T get(int index);

    /**
     * Tells data sets apart: another record, another order or another number of records give another text.
     *
     * @return 64 hexadecimal digits
     */
    String fingerprint();
}
