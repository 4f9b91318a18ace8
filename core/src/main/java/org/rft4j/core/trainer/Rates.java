package org.rft4j.core.trainer;

import org.rft4j.engine.Check;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.engine.optimizer.Schedule;

/**
 * How an optimiser steps.
 *
 * @param learningRate at the schedule's peak
 * @param schedule of the learning rate by optimiser step
 * @param options of AdamW
 */
public record Rates(double learningRate, Schedule schedule, AdamWOptions options) {
    /** Checks the number. */
    public Rates {
        Check.that(
                learningRate >= 0 && Double.isFinite(learningRate),
                "learningRate",
                learningRate,
                "must be finite and at least 0",
                "1e-6 is usual for all weights of large models, 1e-5 to 1e-4 for adapters");
    }

    /**
     * A constant rate.
     *
     * @param learningRate of every step
     * @return AdamW as TRL's trainers have it
     */
    public static Rates constant(double learningRate) {
        return new Rates(learningRate, new Schedule.Constant(0), AdamWOptions.DEFAULT);
    }

    /**
     * The rate of a step.
     *
     * @param step counted from 0
     * @return the learning rate
     */
    public double at(long step) {
        return learningRate * schedule.factor(step);
    }
}
