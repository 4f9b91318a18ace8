package org.rft4j.engine.optimizer;

import org.rft4j.engine.Check;

/**
 * The learning rate as a share of its peak, by optimiser step (counted from 0). During warm-up it rises linearly from 0,
 * as in transformers' schedules.
 */
public sealed interface Schedule {

    /**
     * The share of the peak learning rate at a step.
     *
     * @param step counted from 0
     * @return a factor, 0 to 1
     */
    double factor(long step);

    /**
     * Stays at the peak.
     *
     * @param warmupSteps steps of linear warm-up
     */
    record Constant(long warmupSteps) implements Schedule {
        public Constant {
            requireWarmup(warmupSteps);
        }

        @Override
        public double factor(long step) {
            return warmup(step, warmupSteps);
        }
    }

    /**
     * Falls linearly to 0.
     *
     * @param warmupSteps steps of linear warm-up
     * @param totalSteps all steps, warm-up included
     */
    record Linear(long warmupSteps, long totalSteps) implements Schedule {
        public Linear {
            requireWarmup(warmupSteps);
            requireTotal(warmupSteps, totalSteps);
        }

        @Override
        public double factor(long step) {
            return step < warmupSteps
                    ? warmup(step, warmupSteps)
                    : Math.max(0, (double) (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));
        }
    }

    /**
     * Falls along half a cosine wave.
     *
     * @param warmupSteps steps of linear warm-up
     * @param totalSteps all steps, warm-up included; beyond them the factor stays at the minimum
     * @param minimum the factor at the end, 0 for the plain cosine
     */
    record Cosine(long warmupSteps, long totalSteps, double minimum) implements Schedule {
        public Cosine {
            requireWarmup(warmupSteps);
            requireTotal(warmupSteps, totalSteps);
            requireMinimum(minimum);
        }

        @Override
        public double factor(long step) {
            if (step < warmupSteps) {
                return warmup(step, warmupSteps);
            }
            double progress = Math.min(1, (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
            return minimum + (1 - minimum) * DecayShape.COSINE.at(progress);
        }
    }

    /** How a decay phase falls from 1 to 0 as its progress goes from 0 to 1. */
    enum DecayShape {
        /** Straight. */
        LINEAR,
        /** Half a cosine wave. */
        COSINE,
        /** One minus the square root: fast at first. */
        ONE_MINUS_SQRT;

        private double at(double progress) {
            return switch (this) {
                case LINEAR -> 1 - progress;
                case COSINE -> 0.5 * (1 + Math.cos(Math.PI * progress));
                case ONE_MINUS_SQRT -> 1 - Math.sqrt(progress);
            };
        }
    }

    /**
     * Warm-up, stable, decay: stays at the peak and falls over the last steps.
     *
     * @param warmupSteps steps of linear warm-up
     * @param totalSteps all steps, warm-up included; beyond them the factor stays at the minimum
     * @param decaySteps the last steps, over which it falls
     * @param minimum the factor at the end
     * @param shape how it falls
     */
    record WarmupStableDecay(long warmupSteps, long totalSteps, long decaySteps, double minimum, DecayShape shape)
            implements Schedule {
        public WarmupStableDecay {
            requireWarmup(warmupSteps);
            requireTotal(warmupSteps, totalSteps);
            requireMinimum(minimum);
            Check.that(
                    decaySteps >= 0 && decaySteps <= totalSteps - warmupSteps,
                    "decaySteps",
                    decaySteps,
                    "must be between 0 and the steps after warm-up " + (totalSteps - warmupSteps),
                    "shorten the decay or the warm-up");
        }

        @Override
        public double factor(long step) {
            long decayStart = totalSteps - decaySteps;
            if (step < decayStart) {
                return warmup(step, warmupSteps);
            }
            double progress = Math.min(1, (double) (step - decayStart) / Math.max(1, decaySteps));
            return minimum + (1 - minimum) * shape.at(progress);
        }
    }

    private static double warmup(long step, long warmupSteps) {
        return step < warmupSteps ? (double) step / warmupSteps : 1;
    }

    private static void requireWarmup(long warmupSteps) {
        Check.that(warmupSteps >= 0, "warmupSteps", warmupSteps, "must be at least 0", "use 0 for none");
    }

    private static void requireTotal(long warmupSteps, long totalSteps) {
        Check.that(
                totalSteps > 0 && totalSteps >= warmupSteps,
                "totalSteps",
                totalSteps,
                "must be positive and at least warmupSteps " + warmupSteps,
                "count all optimiser steps of the run");
    }

    private static void requireMinimum(double minimum) {
        Check.that(minimum >= 0 && minimum <= 1, "minimum", minimum, "must be between 0 and 1", "use 0.1");
    }
}
