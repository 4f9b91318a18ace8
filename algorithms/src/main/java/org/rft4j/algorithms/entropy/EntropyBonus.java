package org.rft4j.algorithms.entropy;

import org.rft4j.engine.Check;

/**
 * What entropy is worth: {@code coefficient * entropy} of each token is taken from its loss, and aggregated like it, as in verl. TRL takes the mean
 * over tokens whatever the loss's aggregation is; the two agree for the token mean.
 */
public sealed interface EntropyBonus {
    /**
     * Where the coefficient starts.
     *
     * @return at least 0
     */
    double initial();

    /**
     * What the next optimiser step multiplies by.
     *
     * @param coefficient the controller's number
     * @param lastEntropy mean entropy of a token in the last step, 0 before the first
     * @return the number itself, or 0 where there is no need
     */
    double applied(double coefficient, double lastEntropy);

    /**
     * The controller's number after a step.
     *
     * @param coefficient before it
     * @param entropy mean entropy of a token in the step
     * @return the next number
     */
    double next(double coefficient, double entropy);

    /** Nothing; entropies are not asked for. */
    record None() implements EntropyBonus {
        @Override
        public double initial() {
            return 0;
        }

        @Override
        public double applied(double coefficient, double lastEntropy) {
            return 0;
        }

        @Override
        public double next(double coefficient, double entropy) {
            return 0;
        }
    }

    /**
     * The same throughout.
     *
     * @param initial the coefficient
     */
    record Fixed(double initial) implements EntropyBonus {
        /** Checks the coefficient. */
        public Fixed {
            requireRange(initial, 0, Double.MAX_VALUE);
        }

        @Override
        public double applied(double coefficient, double lastEntropy) {
            return coefficient;
        }

        @Override
        public double next(double coefficient, double entropy) {
            return coefficient;
        }
    }

    /**
     * Grows in steps while the entropy is at or below a target, falls in steps above it, and is not applied while the last step was above.
     *
     * <p>"Skywork Open Reasoner 1" (arXiv 2505.22312), section 4, as TRL has it ({@code use_adaptive_entropy}). The paper knows no limits.
     *
     * @param initial where the coefficient starts
     * @param target the wanted mean entropy of a token in nats
     * @param delta the size of a step
     * @param min the smallest coefficient
     * @param max the largest
     */
    record Adaptive(double initial, double target, double delta, double min, double max) implements EntropyBonus {
        /** TRL's defaults; its target of 0.2 acts on collapse only. */
        public static final Adaptive TRL = new Adaptive(0, 0.2, 0.005, 0, 1);

        /** Checks the numbers. */
        public Adaptive {
            requireRange(min, 0, Double.MAX_VALUE);
            requireRange(max, min, Double.MAX_VALUE);
            requireRange(initial, min, max);
            Check.that(
                    target >= 0 && target < Double.POSITIVE_INFINITY,
                    "entropy target",
                    target,
                    "must be finite and at least 0",
                    "use a number a little below the entropy early in training");
            Check.that(
                    delta > 0 && delta < Double.POSITIVE_INFINITY,
                    "step of the entropy coefficient",
                    delta,
                    "must be finite and above 0",
                    "use 0.005, as TRL does");
        }

        @Override
        public double applied(double coefficient, double lastEntropy) {
            return lastEntropy <= target ? coefficient : 0;
        }

        @Override
        public double next(double coefficient, double entropy) {
            double moved = entropy <= target ? coefficient + delta : coefficient - delta;
            return Math.min(max, Math.max(min, moved));
        }
    }

    private static void requireRange(double coefficient, double min, double max) {
        Check.that(
                coefficient >= min && coefficient <= max,
                "entropy coefficient",
                coefficient,
                "must be in [" + min + ", " + max + "]",
                "start it between the smallest and the largest");
    }
}
