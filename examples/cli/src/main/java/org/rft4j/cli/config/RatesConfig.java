package org.rft4j.cli.config;

import org.rft4j.cli.bind.Otherwise;
import org.rft4j.cli.bind.Unwrapped;
import org.rft4j.core.trainer.Rates;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.engine.optimizer.Schedule;

/**
 * How an optimiser steps.
 *
 * @param learningRate at the schedule's peak
 * @param schedule of the learning rate by optimiser step
 * @param options of AdamW
 */
public record RatesConfig(
        double learningRate,
        @Otherwise("{type: constant, warmupSteps: 0}") Schedule schedule,
        @Unwrapped AdamWOptions options) {
    /** Checks the number. */
    public RatesConfig {
        new Rates(learningRate, schedule, options);
    }

    /**
     * The same for a trainer.
     *
     * @return rates
     */
    public Rates rates() {
        return new Rates(learningRate, schedule, options);
    }
}
