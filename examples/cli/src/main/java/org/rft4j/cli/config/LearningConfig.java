package org.rft4j.cli.config;

import java.util.List;
import java.util.Optional;
import org.rft4j.cli.bind.Chosen;
import org.rft4j.cli.bind.Otherwise;

/**
 * What a policy learns from.
 *
 * @param algorithm what is minimised
 * @param data tasks or examples
 * @param rollout how the policy writes
 * @param rewards what its texts earn
 */
public record LearningConfig(
        Chosen<Recipe> algorithm,
        DataConfig data,
        Optional<RolloutConfig> rollout,
        @Otherwise("[]") List<RewardConfig> rewards) {
    /** Copies the list. */
    public LearningConfig {
        rewards = List.copyOf(rewards);
    }

    LearningConfig encoded() {
        return new LearningConfig(algorithm, data.encoded(), rollout, rewards);
    }
}
