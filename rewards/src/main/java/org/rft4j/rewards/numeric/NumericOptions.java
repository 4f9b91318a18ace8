package org.rft4j.rewards.numeric;

import org.rft4j.engine.Check;
import org.rft4j.rewards.answer.AnswerSource;
import org.rft4j.rewards.answer.Reveal;
import org.rft4j.rewards.exact.Rational;

/**
 * Options of {@link NumericReward}. An answer counts that is within one of the two tolerances.
 *
 * @param source where the answers stand
 * @param absolute how far an answer may be from the expected one, in the expected one's unit
 * @param relative how far, as a part of the expected one
 * @param units what units must be
 * @param reveal how much feedback may give away
 */
public record NumericOptions(AnswerSource source, Rational absolute, Rational relative, UnitRule units, Reveal reveal) {
    /** What an answer's unit must be. */
    public enum UnitRule {
        /** Units are ignored: only the numbers count. */
        IGNORED,
        /** A unit may be left out; one that is there must be of the same kind, and is converted. */
        OPTIONAL,
        /** Where a unit is expected, there must be one of the same kind. */
        REQUIRED
    }

    /** The column {@code answer}, the last box, exact numbers, units optional, hints. */
    public static final NumericOptions DEFAULT =
            new NumericOptions(AnswerSource.BOXED, Rational.ZERO, Rational.ZERO, UnitRule.OPTIONAL, Reveal.HINT);

    /** Checks the tolerances. */
    public NumericOptions {
        Check.that(absolute.signum() >= 0, "absolute tolerance", absolute, "must be >= 0", "use 0 for exact numbers");
        Check.that(
                relative.signum() >= 0 && relative.compareTo(Rational.ONE) < 0,
                "relative tolerance",
                relative,
                "must be in [0,1)",
                "1/100 lets numbers differ by one percent");
    }

    /**
     * Replaces where the answers stand.
     *
     * @param newSource where
     * @return these options with that source
     */
    public NumericOptions withSource(AnswerSource newSource) {
        return new NumericOptions(newSource, absolute, relative, units, reveal);
    }

    /**
     * Replaces the absolute tolerance.
     *
     * @param most how far an answer may be from the expected one
     * @return these options with that tolerance
     */
    public NumericOptions withAbsolute(Rational most) {
        return new NumericOptions(source, most, relative, units, reveal);
    }

    /**
     * Replaces the relative tolerance.
     *
     * @param most how far an answer may be, as a part of the expected one
     * @return these options with that tolerance
     */
    public NumericOptions withRelative(Rational most) {
        return new NumericOptions(source, absolute, most, units, reveal);
    }

    /**
     * Replaces the rule for units.
     *
     * @param rule what units must be
     * @return these options with that rule
     */
    public NumericOptions withUnits(UnitRule rule) {
        return new NumericOptions(source, absolute, relative, rule, reveal);
    }

    /**
     * Replaces what feedback may say.
     *
     * @param newReveal how much it may give away
     * @return these options with that
     */
    public NumericOptions withReveal(Reveal newReveal) {
        return new NumericOptions(source, absolute, relative, units, newReveal);
    }
}
