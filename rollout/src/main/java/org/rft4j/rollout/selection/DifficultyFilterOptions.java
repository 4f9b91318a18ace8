package org.rft4j.rollout.selection;

import org.rft4j.engine.Check;

/**
 * Which tasks teach nothing for now.
 *
 * @param tooHard a task whose pass rate is at most this is left out
 * @param tooEasy a task whose pass rate is at least this is left out
 * @param observations over how many of its latest outcomes the rate is taken; with fewer outcomes a task stays in
 * @param readmitAfter after how many rounds a task that was left out is tried again
 */
public record DifficultyFilterOptions(double tooHard, double tooEasy, int observations, long readmitAfter) {
    /** As {@link #readmitAfter}: never again. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Checks the numbers. */
    public DifficultyFilterOptions {
        Check.that(
                tooHard >= 0 && tooHard < tooEasy && tooEasy <= 1,
                "pass rates tooHard and tooEasy",
                tooHard + " and " + tooEasy,
                "must be between 0 and 1, the first below the second",
                "use 0 and 1 to leave out what never or always passes");
        Check.that(observations >= 1, "observations", observations, "must be at least 1", "use 1 to judge at once");
        Check.that(readmitAfter >= 1, "readmitAfter", readmitAfter, "must be at least 1", "use NEVER for ever");
    }

    /**
     * Leaves out what never or always passes.
     *
     * @param observations over how many outcomes
     * @param readmitAfter after how many rounds it is tried again
     * @return the options
     */
    public static DifficultyFilterOptions neverOrAlways(int observations, long readmitAfter) {
        return new DifficultyFilterOptions(0, 1, observations, readmitAfter);
    }
}
