package org.rft4j.algorithms.likelihood;

import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.engine.Check;

/**
 * What reward-weighted regression can be told.
 *
 * @param temperature what rewards are divided by; may be infinite
 * @param smallestWeight weights below are raised to it, before they are scaled; 0 = none
 * @param largestWeight weights above are lowered to it, before they are scaled; may be infinite
 * @param scale what weights are divided by
 * @param weights how token losses become the loss of an optimiser step
 */
public record RewardWeightedOptions(
        double temperature, double smallestWeight, double largestWeight, WeightScale scale, RowWeights weights) {
    /** Temperature 1, no clamp, no scale, the mean over tokens. */
    public static final RewardWeightedOptions DEFAULT =
            new RewardWeightedOptions(1, 0, Double.POSITIVE_INFINITY, WeightScale.NONE, new Aggregation.TokenMean());

    /** Checks the numbers. */
    public RewardWeightedOptions {
        Check.that(temperature > 0, "temperature", temperature, "must be above 0", "use 1 for rewards of about 1");
        Check.that(
                smallestWeight >= 0 && smallestWeight <= largestWeight && largestWeight > 0,
                "smallestWeight and largestWeight",
                smallestWeight + " and " + largestWeight,
                "must be at least 0, in order, and the largest above 0",
                "use 0 and infinity for no clamp");
        Check.that(
                smallestWeight < Double.POSITIVE_INFINITY,
                "smallestWeight",
                smallestWeight,
                "must be finite",
                "use 0 for none");
    }

    /**
     * Replaces the temperature.
     *
     * @param other what rewards are divided by
     * @return new options
     */
    public RewardWeightedOptions withTemperature(double other) {
        return new RewardWeightedOptions(other, smallestWeight, largestWeight, scale, weights);
    }

    /**
     * Clamps weights.
     *
     * @param smallest weights below are raised to it
     * @param largest weights above are lowered to it
     * @return new options
     */
    public RewardWeightedOptions clamped(double smallest, double largest) {
        return new RewardWeightedOptions(temperature, smallest, largest, scale, weights);
    }

    /**
     * Replaces the scale.
     *
     * @param other what weights are divided by
     * @return new options
     */
    public RewardWeightedOptions withScale(WeightScale other) {
        return new RewardWeightedOptions(temperature, smallestWeight, largestWeight, other, weights);
    }

    /**
     * Replaces how token losses are added up.
     *
     * @param other the weights of tokens
     * @return new options
     */
    public RewardWeightedOptions withWeights(RowWeights other) {
        return new RewardWeightedOptions(temperature, smallestWeight, largestWeight, scale, other);
    }
}
