package org.rft4j.rewards.sql;

import java.time.Duration;
import org.rft4j.engine.Check;

/**
 * What a query may use.
 *
 * @param time for the database to be made and the query to run; the database is asked to stop then, and its process is killed a second later
 * @param memoryMiB of the database
 * @param rows of a result; a query that gives more counts as failed
 * @param characters of a result in all
 */
public record SqlLimits(Duration time, int memoryMiB, int rows, int characters) {
    /** 5 seconds, 256 MiB, 10,000 rows, a million characters. */
    public static final SqlLimits DEFAULT = new SqlLimits(Duration.ofSeconds(5), 256, 10_000, 1_000_000);

    /** Checks the limits. */
    public SqlLimits {
        Check.that(!time.isNegative() && !time.isZero(), "time", time, "must be positive", "use 5 seconds");
        Check.that(memoryMiB >= 16, "memoryMiB", memoryMiB, "must be at least 16", "use 256");
        Check.that(
                rows > 0 && characters > 0,
                "rows and characters",
                rows + " and " + characters,
                "must be positive",
                "use SqlLimits.DEFAULT");
    }
}
