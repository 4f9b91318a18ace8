package org.rft4j.rewards.combine;

import java.util.NavigableMap;
import java.util.TreeMap;
import org.rft4j.engine.Check;

/** What a reward weighs at a step of training. */
@FunctionalInterface
public interface WeightSchedule {
    /**
     * The weight.
     *
     * @param step of training, from 0
     * @return a finite number
     */
    double at(long step);

    /**
     * Always the same.
     *
     * @param weight the weight
     * @return the schedule
     */
    static WeightSchedule constant(double weight) {
        requireWeight(weight);
        return step -> weight;
    }

    /**
     * From one weight to another in equal steps.
     *
     * @param from weight at step 0
     * @param to weight at {@code steps} and after
     * @param steps how long the way is
     * @return the schedule
     */
    static WeightSchedule linear(double from, double to, long steps) {
        requireWay(from, to, steps);
        return step -> from + (to - from) * share(step, steps);
    }

    /**
     * From one weight to another along half a cosine: slowly at both ends.
     *
     * @param from weight at step 0
     * @param to weight at {@code steps} and after
     * @param steps how long the way is
     * @return the schedule
     */
    static WeightSchedule cosine(double from, double to, long steps) {
        requireWay(from, to, steps);
        return step -> to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * share(step, steps)));
    }

    /**
     * Constant between given steps.
     *
     * @param weightFrom weight by the step from which on it holds; one must begin at step 0
     * @return the schedule
     */
    static WeightSchedule stages(NavigableMap<Long, Double> weightFrom) {
        Check.that(
                !weightFrom.isEmpty() && weightFrom.firstKey() == 0,
                "first step of the stages",
                weightFrom.isEmpty() ? "none" : weightFrom.firstKey(),
                "must be 0",
                "say what the weight is in the beginning");
        weightFrom.values().forEach(WeightSchedule::requireWeight);
        TreeMap<Long, Double> stages = new TreeMap<>(weightFrom);
        return step -> stages.floorEntry(Math.max(0, step)).getValue();
    }

    private static double share(long step, long steps) {
        return (double) Math.min(Math.max(0, step), steps) / steps;
    }

    private static void requireWay(double from, double to, long steps) {
        requireWeight(from);
        requireWeight(to);
        Check.that(steps > 0, "steps of a weight schedule", steps, "must be positive", "use constant(...)");
    }

    private static void requireWeight(double weight) {
        Check.that(Double.isFinite(weight), "weight of a reward", weight, "must be finite", "use 0 to only measure it");
    }
}
