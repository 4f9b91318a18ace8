package org.rft4j.algorithms.iterated;

import java.util.Arrays;

/** What weights of {@code exp(r / T)} are divided by. */
public enum WeightScale {
    /** Nothing. */
    NONE {
        @Override
        double[] of(double[] rewards, double temperature) {
            return Arrays.stream(rewards)
                    .map(reward -> Math.exp(reward / temperature))
                    .toArray();
        }
    },

    /** Their mean over the group, so that each prompt counts as many times as it has samples: T to infinity weights all 1, T to 0 the best alone. */
    GROUP_MEAN {
        @Override
        double[] of(double[] rewards, double temperature) {
            double largest = Arrays.stream(rewards).max().orElse(0);
            double[] weights = NONE.of(
                    Arrays.stream(rewards).map(reward -> reward - largest).toArray(), temperature);
            double mean = Arrays.stream(weights).sum() / weights.length;
            return Arrays.stream(weights).map(weight -> weight / mean).toArray();
        }
    };

    abstract double[] of(double[] rewards, double temperature);
}
