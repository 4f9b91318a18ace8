package org.rft4j.rewards.sql;

/** Which database runs the queries. */
public enum SqlEngine {
    /** The dialect of most text-to-SQL data sets. */
    SQLITE,
    /** Close to PostgreSQL, with the stricter isolation of the two. */
    DUCKDB
}
