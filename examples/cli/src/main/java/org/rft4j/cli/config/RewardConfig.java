package org.rft4j.cli.config;

import java.time.Duration;
import java.util.Optional;
import org.rft4j.cli.bind.Chosen;
import org.rft4j.cli.bind.Otherwise;
import org.rft4j.cli.bind.Unwrapped;
import org.rft4j.engine.Check;
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
        @Otherwise("30") Duration deadline) {
    /** Checks the numbers. */
    public RewardConfig {
        Check.that(Double.isFinite(weight), "weight", weight, "must be finite", "use 1");
        Check.that(
                !deadline.isNegative() && !deadline.isZero(),
                "deadline",
                deadline.toMillis() / 1000.0,
                "must be more than 0 seconds",
                "use 30");
        name.ifPresent(
                given -> Check.that(!given.isBlank(), "name", "'" + given + "'", "must not be blank", "leave it out"));
    }
}
