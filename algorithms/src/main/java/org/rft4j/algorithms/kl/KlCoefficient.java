package org.rft4j.algorithms.kl;

import org.rft4j.engine.Check;

/** What a KL estimate is multiplied by. */
public sealed interface KlCoefficient {
    /**
     * The coefficient at the start of a run.
     *
     * @return at least 0
     */
    double initial();

    /**
     * The coefficient after a batch.
     *
     * @param coefficient before it
     * @param kl mean estimate of the batch
     * @param sequences how many it had
     * @return the next coefficient
     */
    double next(double coefficient, double kl, int sequences);

    /**
     * The same throughout.
     *
     * @param initial the coefficient
     */
    record Fixed(double initial) implements KlCoefficient {
        /** Checks the coefficient. */
        public Fixed {
            requireCoefficient(initial);
        }

        @Override
        public double next(double coefficient, double kl, int sequences) {
            return coefficient;
        }
    }

    /**
     * Pulled towards a target: {@code c <- c (1 + clip(kl / target - 1, -0.2, 0.2) min(1, sequences / horizon))}.
     *
     * <p>Ziegler et al., "Fine-Tuning Language Models from Human Preferences" (arXiv 1909.08593), section 2.2, as verl and TRL have it, but
     * for the min, without which a batch larger than the horizon could make the coefficient negative.
     *
     * @param initial the coefficient at the start
     * @param target the wanted mean KL of a token, over all tokens of a batch; verl takes the mean of each sequence first
     * @param horizon over how many sequences an error works itself out
     */
    record Adaptive(double initial, double target, double horizon) implements KlCoefficient {
        private static final double LARGEST_ERROR = 0.2;

        /** verl's defaults. */
        public static final Adaptive VERL = new Adaptive(0.001, 0.1, 10_000);

        /** Checks the numbers. */
        public Adaptive {
            requireCoefficient(initial);
            Check.that(
                    target > 0 && target < Double.POSITIVE_INFINITY,
                    "target of an adaptive KL coefficient",
                    target,
                    "must be finite and above 0",
                    "use 0.1, as verl does");
            Check.that(
                    horizon > 0 && horizon < Double.POSITIVE_INFINITY,
                    "horizon of an adaptive KL coefficient",
                    horizon,
                    "must be finite and above 0",
                    "use 10000, as verl does");
        }

        @Override
        public double next(double coefficient, double kl, int sequences) {
            double error = Math.min(LARGEST_ERROR, Math.max(-LARGEST_ERROR, kl / target - 1));
            return coefficient * (1 + error * Math.min(1, sequences / horizon));
        }
    }

    private static void requireCoefficient(double coefficient) {
        Check.that(
                coefficient >= 0 && coefficient < Double.POSITIVE_INFINITY,
                "KL coefficient",
                coefficient,
                "must be finite and at least 0",
                "use 0.001, as verl does, or leave KL out");
    }
}
