package org.rft4j.core.data.load;

import org.rft4j.engine.Check;

/** What becomes of rows that cannot be read. */
public final class BadRows {
    private static final int KEPT = 20;
    private final boolean skipped;
    private final int kept;

    private BadRows(boolean skipped, int kept) {
        this.skipped = skipped;
        this.kept = kept;
    }

    /**
     * The first one ends the reading with its place and what was expected.
     *
     * @return the policy
     */
    public static BadRows fail() {
        return new BadRows(false, 0);
    }

    /**
     * They are passed over and counted, and the first 20 stay in the report.
     *
     * @return the policy
     */
    public static BadRows skip() {
        return skip(KEPT);
    }

    /**
     * They are passed over and counted.
     *
     * @param kept how many of them stay in the report
     * @return the policy
     */
    public static BadRows skip(int kept) {
        Check.that(kept >= 0, "kept problems", kept, "must be at least 0", "keep a few, to see what is wrong");
        return new BadRows(true, kept);
    }

    boolean skipped() {
        return skipped;
    }

    int kept() {
        return kept;
    }
}
