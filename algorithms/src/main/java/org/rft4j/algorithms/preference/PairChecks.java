package org.rft4j.algorithms.preference;

import org.rft4j.engine.Check;

/** Checks of what several losses are told. */
final class PairChecks {
    private PairChecks() {}

    static void requireBeta(double beta) {
        Check.that(
                beta > 0 && Double.isFinite(beta),
                "beta",
                beta,
                "must be finite and above 0",
                "begin with 0.1; larger stays closer to the reference");
    }

    static void requireSmoothing(double labelSmoothing) {
        Check.that(
                labelSmoothing >= 0 && labelSmoothing <= 0.5,
                "labelSmoothing",
                labelSmoothing,
                "must be between 0 and 0.5",
                "use 0 for labels that are right; above 0.5 they would be taken the other way round");
    }
}
