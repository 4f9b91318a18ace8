package org.rft4j.rewards.sandbox;

/**
 * What came of a program.
 *
 * @param end why it ended
 * @param exitCode its exit code where it ended by itself, else -1
 * @param output what it wrote to its standard output, up to the limit
 * @param errors what it wrote to its standard error, up to the limit
 */
public record ProgramResult(End end, int exitCode, String output, String errors) {
    /** Why a program ended. */
    public enum End {
        /** By itself, rightly or wrongly. */
        EXITED,
        /** Time was up. */
        TIME,
        /** It took too much memory. */
        MEMORY,
        /** It wrote too much. */
        OUTPUT
    }

    /**
     * Whether all went well.
     *
     * @return true if it ended by itself with exit code 0
     */
    public boolean succeeded() {
        return end == End.EXITED && exitCode == 0;
    }
}
