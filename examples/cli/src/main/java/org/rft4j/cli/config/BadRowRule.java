package org.rft4j.cli.config;

/** What becomes of rows that cannot be read. */
public enum BadRowRule {
    /** The first one ends the reading. */
    FAIL,
    /** They are left out and counted. */
    SKIP
}
