package org.rft4j.core.evaluation;

import org.rft4j.engine.Check;

/**
 * What an evaluation is judged by.
 *
 * @param metric the name of a metric, such as {@code eval_reward}
 * @param better which way it should go
 */
public record Goal(String metric, Better better) {
    /** Which of two values is better. */
    public enum Better {
        /** The larger one, as of a reward. */
        HIGHER,
        /** The smaller one, as of a loss. */
        LOWER;

        double gain(double from, double to) {
            return this == HIGHER ? to - from : from - to;
        }
    }

    /** Checks the name. */
    public Goal {
        Check.that(!metric.isBlank(), "metric of a goal", "'" + metric + "'", "must not be blank", "use eval_reward");
    }

    /**
     * A metric that should be large.
     *
     * @param metric its name
     * @return the goal
     */
    public static Goal highest(String metric) {
        return new Goal(metric, Better.HIGHER);
    }

    /**
     * A metric that should be small.
     *
     * @param metric its name
     * @return the goal
     */
    public static Goal lowest(String metric) {
        return new Goal(metric, Better.LOWER);
    }
}
