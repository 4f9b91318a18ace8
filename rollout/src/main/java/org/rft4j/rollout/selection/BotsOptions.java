package org.rft4j.rollout.selection;

import org.rft4j.engine.Check;

/**
 * How Bayesian online task selection estimates and chooses.
 *
 * @param lambda how fast what was seen is forgotten: 0 = never, 1 = at once
 * @param rho weight of the estimate from reference models against what was seen
 * @param target the pass rate that is wanted
 * @param temperature 0 = the tasks closest to the target, else draws from a softmax of minus the distance over this
 * @param estimate which pass rate of a task is compared with the target
 * @param samples how many samples a task gets, which is the weight of its implicit estimate
 * @param memory how much of the capability coefficient each round keeps
 * @param halvesRho whether rho is halved, for good, in each round in which the estimates are off by 0.25 on average
 */
public record BotsOptions(
        double lambda,
        double rho,
        double target,
        double temperature,
        Estimate estimate,
        int samples,
        double memory,
        boolean halvesRho) {
    /** Which pass rate of a task is compared with the target. */
    public enum Estimate {
        /** A draw from the task's beta distribution, so that uncertain tasks are explored. */
        THOMPSON,
        /** Its mean. */
        MEAN
    }

    /** Checks the numbers. */
    public BotsOptions {
        requireShare("lambda", lambda);
        requireShare("rho", rho);
        requireShare("target", target);
        requireShare("memory", memory);
        Check.that(
                temperature >= 0 && temperature < Double.POSITIVE_INFINITY,
                "temperature of task selection",
                temperature,
                "must be at least 0 and finite",
                "use 0 for the tasks closest to the target");
        Check.that(samples >= 1, "samples per task", samples, "must be at least 1", "use the size of a group");
    }

    /**
     * The values of the published example.
     *
     * @return lambda and rho 0.1, target 0.5, temperature 0, Thompson sampling, 16 samples
     */
    public static BotsOptions example() {
        return new BotsOptions(0.1, 0.1, 0.5, 0, Estimate.THOMPSON, 16, 0.9, false);
    }

    /**
     * The defaults of the published classes.
     *
     * @return lambda and rho 0.2, target 1, temperature 1, posterior mean, 16 samples
     */
    public static BotsOptions classDefaults() {
        return new BotsOptions(0.2, 0.2, 1, 1, Estimate.MEAN, 16, 0.9, false);
    }

    /**
     * Replaces the number of samples.
     *
     * @param perTask how many samples a task gets
     * @return new options
     */
    public BotsOptions withSamples(int perTask) {
        return new BotsOptions(lambda, rho, target, temperature, estimate, perTask, memory, halvesRho);
    }

    /**
     * Replaces the weight of the estimate from reference models.
     *
     * @param weight 0 = no such estimate
     * @param halves whether it is halved where the estimates are far off
     * @return new options
     */
    public BotsOptions withRho(double weight, boolean halves) {
        return new BotsOptions(lambda, weight, target, temperature, estimate, samples, memory, halves);
    }

    private static void requireShare(String what, double value) {
        Check.that(value >= 0 && value <= 1, what, value, "must be between 0 and 1", "see BotsOptions.example()");
    }
}
