package org.rft4j.core.data.load;

import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Example;

/**
 * A data set, all of which has been read once.
 *
 * @param records the records
 * @param report how many rows were read, and what was wrong with others
 * @param <T> the shape of the records
 */
public record Loaded<T extends Example>(Dataset<T> records, ReadReport report) {}
