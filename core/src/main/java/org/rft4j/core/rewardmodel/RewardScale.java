package org.rft4j.core.rewardmodel;

import java.util.Arrays;
import org.rft4j.engine.Check;

/**
 * Where a reward model's rewards lie on given samples. Bradley-Terry leaves level free and spread up to chance, so that members of an ensemble must be
 * brought onto one scale before they are compared.
 *
 * @param mean of its rewards
 * @param deviation of its rewards, above 0
 */
public record RewardScale(double mean, double deviation) {
    /** Changes nothing. */
    public static final RewardScale IDENTITY = new RewardScale(0, 1);

    /** Checks the numbers. */
    public RewardScale {
        Check.that(Double.isFinite(mean), "mean of rewards", mean, "must be finite", "use 0 to change nothing");
        Check.that(
                deviation > 0 && Double.isFinite(deviation),
                "deviation of rewards",
                deviation,
                "must be finite and above 0",
                "estimate it on samples that differ, or use 1 to change nothing");
    }

    /**
     * Estimates a scale.
     *
     * @param rewards at least two
     * @return their mean and unbiased deviation
     */
    public static RewardScale of(double... rewards) {
        Check.that(
                rewards.length >= 2,
                "rewards to estimate a scale on",
                rewards.length,
                "must be at least 2",
                "give some hundred samples");
        double mean = Arrays.stream(rewards).sum() / rewards.length;
        double squares = Arrays.stream(rewards)
                .map(reward -> (reward - mean) * (reward - mean))
                .sum();
        return new RewardScale(mean, Math.sqrt(squares / (rewards.length - 1)));
    }

    /**
     * Brings a reward onto the common scale.
     *
     * @param reward as the model gives it
     * @return its distance from the mean in deviations
     */
    public double normalise(double reward) {
        return (reward - mean) / deviation;
    }
}
