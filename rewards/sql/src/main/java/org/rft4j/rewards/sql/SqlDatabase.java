package org.rft4j.rewards.sql;

import java.nio.file.Path;

/** What queries run on. It comes with the data set and is trusted. */
public sealed interface SqlDatabase {
    /**
     * A database in memory, made anew for each query.
     *
     * @param statements that make and fill its tables
     */
    record Script(String statements) implements SqlDatabase {}

    /**
     * A database file, which is only read.
     *
     * @param path a file of the engine that runs the queries
     */
    record ReadOnlyFile(Path path) implements SqlDatabase {}
}
