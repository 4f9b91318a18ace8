package org.rft4j.rewards.run;

import org.rft4j.rewards.combine.WeightSchedule;

/** What a reward weighs in the sum. */
public sealed interface Weight {
    /**
     * Always the same.
     *
     * @param weight the weight; 0 only measures
     * @return the weight
     */
    static Weight of(double weight) {
        return new Scheduled(WeightSchedule.constant(weight));
    }

    /**
     * Decided beforehand.
     *
     * @param schedule by step
     */
    record Scheduled(WeightSchedule schedule) implements Weight {}

    /**
     * Learned, so that the reward's mean does not stay below 0.
     *
     * @param multiplier holds the weight and changes it after each batch
     */
    record Learned(LagrangeMultiplier multiplier) implements Weight {}
}
