package org.rft4j.rewards.maths;

import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;
import org.rft4j.rewards.exact.Rational;

/**
 * How answers are compared.
 *
 * @param limits what a comparison may use
 * @param tolerance how far numbers may be apart, relative to the larger one; null for not at all
 * @param symbolic who is asked where we are undecided; null for nobody
 */
public record MathsOptions(
        MathsLimits limits,
        @Nullable Rational tolerance,
        @Nullable SymbolicEquivalence symbolic) {
    /** Default limits, no tolerance, nobody else to ask. */
    public static final MathsOptions DEFAULT = new MathsOptions(MathsLimits.DEFAULT, null, null);

    /** Checks the tolerance. */
    public MathsOptions {
        Check.that(
                tolerance == null || (tolerance.signum() >= 0 && tolerance.compareTo(Rational.ONE) < 0),
                "tolerance",
                tolerance,
                "must be in [0,1)",
                "it is relative: 1/100 lets numbers differ by one percent");
    }

    /**
     * Replaces the limits.
     *
     * @param newLimits what a comparison may use
     * @return these options with those limits
     */
    public MathsOptions withLimits(MathsLimits newLimits) {
        return new MathsOptions(newLimits, tolerance, symbolic);
    }

    /**
     * Lets numbers differ.
     *
     * @param relative how far, relative to the larger one
     * @return these options with that tolerance
     */
    public MathsOptions withTolerance(Rational relative) {
        return new MathsOptions(limits, relative, symbolic);
    }

    /**
     * Names somebody else to ask.
     *
     * @param judge who decides what we cannot
     * @return these options with that judge
     */
    public MathsOptions withSymbolic(SymbolicEquivalence judge) {
        return new MathsOptions(limits, tolerance, judge);
    }
}
