package org.rft4j.rewards.maths;

import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;
import org.rft4j.rewards.units.Unit;

/**
 * One way of reading an answer.
 *
 * @param expr what it says, without unit
 * @param label its unit: one that is known, or {@link Label#NONE}, or {@link Label#UNKNOWN} for other words
 * @param kind which way this is
 */
record Reading(Expr expr, Label label, Kind kind) {
    enum Kind {
        /** As it stands. */
        PLAIN,
        /** The unit is part of the value: 50% as 1/2. Not compared with what has the same label but is not converted. */
        CONVERTED,
        /** A single letter is taken for a unit, which it is only beside an answer that has one. */
        GUESSED
    }

    /** What stands behind a number: {@code unit} is null where it is not known; {@code words} tells other labels apart. */
    record Label(@Nullable Unit unit, String words) {
        static final Label NONE = new Label(null, "");
        static final Label UNKNOWN = new Label(null, "?");
        static final Label DEGREES = new Label(Unit.base("angle", Rational.ONE), "degrees");
        static final Label PERCENT = new Label(Unit.base("percent", Rational.ONE), "percent");

        boolean isNone() {
            return words.isEmpty();
        }
    }
}
