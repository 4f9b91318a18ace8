package org.rft4j.rewards.guard;

import java.util.List;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.engine.Check;

/**
 * What a guard sees of a batch.
 *
 * @param samples the completions
 * @param rewards what each earned from the reward that is trained on
 */
public record Observation(List<RewardSample> samples, List<Double> rewards) {
    /** Copies the lists and checks that they fit. */
    public Observation {
        samples = List.copyOf(samples);
        rewards = List.copyOf(rewards);
        Check.that(
                !samples.isEmpty(), "samples of an observation", "none", "must be at least one", "skip empty batches");
        Check.that(
                rewards.size() == samples.size(),
                "number of rewards",
                rewards.size(),
                "must be that of the samples " + samples.size(),
                "give one per sample");
    }

    double meanReward() {
        return rewards.stream().mapToDouble(r -> r).average().orElseThrow();
    }
}
