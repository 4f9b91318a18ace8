package org.rft4j.core.selection;

import org.rft4j.engine.Check;

/**
 * How far a run is.
 *
 * @param round which round of sampling this is, from 0; the round of the samples' keys
 * @param fraction how much of the run lies behind, from 0 to 1
 */
public record RunProgress(long round, double fraction) {
    /** Checks the numbers. */
    public RunProgress {
        Check.that(round >= 0, "round", round, "must be at least 0", "count rounds from 0");
        Check.that(
                fraction >= 0 && fraction <= 1,
                "fraction of the run",
                fraction,
                "must be between 0 and 1",
                "divide the round by the number of rounds");
    }

    /**
     * The beginning of a round.
     *
     * @param round which one, from 0
     * @param rounds how many there will be
     * @return how far the run is then
     */
    public static RunProgress of(long round, long rounds) {
        Check.that(rounds > 0, "number of rounds", rounds, "must be positive", "say how long the run is");
        return new RunProgress(round, Math.min(1, round / (double) rounds));
    }
}
