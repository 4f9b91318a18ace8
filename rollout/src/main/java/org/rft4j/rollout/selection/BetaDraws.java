package org.rft4j.rollout.selection;

import org.rft4j.engine.random.KeyedRandom;

/**
 * Draws from beta distributions by way of gamma ones: Marsaglia and Tsang, "A simple method for generating gamma variables"
 * (2000). Shapes are at least 1, as those of BOTS always are. {@code StrictMath} gives every machine the same draws.
 */
final class BetaDraws {
    private BetaDraws() {}

    static double beta(double alpha, double beta, KeyedRandom random) {
        double successes = gamma(alpha, random.derive("alpha"));
        double failures = gamma(beta, random.derive("beta"));
        return successes / (successes + failures);
    }

    /** One draw from Gamma(shape, 1); attempt i uses the stream's i-th normal and uniform numbers. */
    static double gamma(double shape, KeyedRandom random) {
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        for (long attempt = 0; ; attempt++) {
            double x = random.gaussian(attempt);
            double root = 1 + c * x;
            double v = root * root * root;
            double u = random.uniform(attempt);
            if (v > 0 && StrictMath.log(u) < x * x / 2 + d - d * v + d * StrictMath.log(v)) {
                return d * v;
            }
        }
    }
}
