package org.rft4j.core.tokenizer;

/**
 * How often a regular expression may have to try again, as a bound in the length n of the text: {@code retries} times n to the power of
 * {@code degree}.
 *
 * @param degree how many repetitions share the text
 * @param retries the factor
 */
record PatternCost(int degree, long retries) {
    static final PatternCost ONCE = new PatternCost(0, 1);
    static final PatternCost EVERY_LENGTH = new PatternCost(1, 1);
    private static final long ENOUGH = 1L << 20;

    /** One after the other: every way through the first is combined with every way through the second. */
    PatternCost times(PatternCost other) {
        return new PatternCost(degree + other.degree, Math.min(ENOUGH, retries * other.retries));
    }

    /** One or the other. */
    PatternCost plus(PatternCost other) {
        if (degree != other.degree) {
            return degree > other.degree ? this : other;
        }
        return new PatternCost(degree, Math.min(ENOUGH, retries + other.retries));
    }

    boolean isOnce() {
        return equals(ONCE);
    }
}
