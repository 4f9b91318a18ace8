package org.rft4j.rewards.sql;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came of a query. */
public sealed interface SqlResult {
    /**
     * It ran.
     *
     * @param rows values by row and column: null, booleans, numbers and texts
     * @param schema the columns of each table of the database, as the database spells them
     */
    record Rows(List<List<@Nullable Object>> rows, Map<String, List<String>> schema) implements SqlResult {}

    /**
     * It did not.
     *
     * @param kind why not
     * @param message what the database said
     * @param schema the columns of each table of the database; empty if it was not made
     */
    record Failed(Kind kind, String message, Map<String, List<String>> schema) implements SqlResult {}

    /** Why a query did not run. */
    enum Kind {
        /** The database could not be made: the data are at fault. */
        DATABASE,
        /** The database refused the query. */
        QUERY,
        /** It took too long. */
        TIME,
        /** It gave too much. */
        SIZE,
        /** The process ended. */
        CRASH
    }
}
