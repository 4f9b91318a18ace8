package org.rft4j.rewards.maths;

/**
 * Whether two answers are the same.
 *
 * @param kind which of the three
 * @param reason why it is undecided, or by which rule it was decided
 */
public record Verdict(Kind kind, String reason) {
    /** The three outcomes. */
    public enum Kind {
        /** The same, exactly or to all digits of two precisions. */
        EQUAL,
        /** Not the same. */
        DIFFERENT,
        /** Beyond our rules or limits: to be scored as not the same, and counted. */
        UNDECIDED
    }

    /**
     * The same.
     *
     * @param rule what showed it
     * @return the verdict
     */
    public static Verdict equal(String rule) {
        return new Verdict(Kind.EQUAL, rule);
    }

    /**
     * Not the same.
     *
     * @param rule what showed it
     * @return the verdict
     */
    public static Verdict different(String rule) {
        return new Verdict(Kind.DIFFERENT, rule);
    }

    /**
     * Beyond us.
     *
     * @param reason why
     * @return the verdict
     */
    public static Verdict undecided(String reason) {
        return new Verdict(Kind.UNDECIDED, reason);
    }

    /**
     * Whether the answers are the same.
     *
     * @return true only for {@link Kind#EQUAL}
     */
    public boolean isEqual() {
        return kind == Kind.EQUAL;
    }

    /** All of several parts must be the same: a difference decides, else what is undecided stays so. */
    static Verdict all(Iterable<Verdict> parts) {
        Verdict result = equal("each part");
        for (Verdict part : parts) {
            if (part.kind == Kind.DIFFERENT) {
                return part;
            }
            result = part.kind == Kind.UNDECIDED ? part : result;
        }
        return result;
    }
}
