package org.rft4j.algorithms.advantage;

import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/** The argument checks that the value types and estimators of this package share. */
final class Inputs {
    /** Squares of values up to here, summed over any batch, stay finite in float64. */
    static final double MAX_MAGNITUDE = 1e100;

    private Inputs() {}

    static double requireUsable(double value, String what, int index) {
        if (!(Math.abs(value) <= MAX_MAGNITUDE)) {
            throw new InvalidInputException(
                    what + "[" + index + "]",
                    value,
                    "must be a finite number of magnitude at most " + MAX_MAGNITUDE,
                    "fix what computed it, or declare the sample not applicable with"
                            + " Rewards.of(values, applicable)");
        }
        return value;
    }

    static void requireLength(int actual, int expected, String what, String reason) {
        Check.that(
                actual == expected,
                what + " length",
                actual,
                "must be " + expected + " (" + reason + ")",
                "pass arrays that describe the same batch");
    }

    static void requireNotEmpty(int size, String what) {
        Check.that(size > 0, what, size, "must be at least 1", "skip the step when no rollout was collected");
    }

    static void requireUnitInterval(double value, String what) {
        Check.that(
                value >= 0 && value <= 1,
                what,
                value,
                "must be in [0, 1]",
                "use 1 for no discounting; anything above 1 makes early tokens explode");
    }

    static void requireEpsilon(double value) {
        Check.that(
                value >= 0 && value < Double.POSITIVE_INFINITY,
                "epsilon",
                value,
                "must be finite and at least 0",
                "use 0 for none; groups without spread give 0 anyway");
    }

    static void requireDdof(int value) {
        Check.that(
                value == 0 || value == 1,
                "ddof",
                value,
                "must be 0 or 1",
                "use 1 for the unbiased variance (divide by n - 1), 0 for the population variance");
    }
}
