package org.rft4j.cli.config;

import java.time.Duration;
import java.util.Optional;
import org.rft4j.cli.bind.Chosen;
import org.rft4j.cli.bind.Otherwise;
import org.rft4j.cli.bind.Unwrapped;
import org.rft4j.rewards.run.PanelMember;

/**
 * A reward.
 *
 * @param reward what is looked at
 * @param weight what it weighs in the sum
 * @param name what metrics call it; otherwise as the reward calls itself
 * @param deadline how long one call may take
 */
public record RewardConfig(
        @Unwrapped Chosen<PanelMember> reward,
        @Otherwise("1") double weight,
        Optional<String> name,
        @Otherwise("30") Duration deadline) {}
