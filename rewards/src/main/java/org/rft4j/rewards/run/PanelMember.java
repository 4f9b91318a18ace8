package org.rft4j.rewards.run;

import java.time.Duration;
import org.rft4j.core.reward.GroupReward;
import org.rft4j.core.reward.Reward;
import org.rft4j.engine.Check;

/**
 * A reward of a panel.
 *
 * @param name what metrics call it
 * @param asked the reward that is asked
 * @param weight what it weighs in the sum
 * @param deadline how long one call may take
 * @param onFailure what becomes of samples that it fails on
 */
public record PanelMember(String name, Asked asked, Weight weight, Duration deadline, FailurePolicy onFailure) {
    /** A reward for a sample, or one for a group. */
    public sealed interface Asked {
        /**
         * Asked for each sample.
         *
         * @param reward the reward
         */
        record EachSample(Reward reward) implements Asked {}

        /**
         * Asked once for each group.
         *
         * @param reward the reward
         */
        record EachGroup(GroupReward reward) implements Asked {}
    }

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Checks the name and the deadline. */
    public PanelMember {
        Check.that(!name.isBlank(), "name of a reward", "'" + name + "'", "must not be blank", "metrics show it");
        Check.that(
                !deadline.isNegative() && !deadline.isZero(),
                "deadline of " + name,
                deadline,
                "must be positive",
                "use 30 seconds");
    }

    /**
     * A reward of weight 1 with 30 seconds a call, whose failures leave their samples out.
     *
     * @param reward for a sample
     * @return the member
     */
    public static PanelMember ofSample(Reward reward) {
        return new PanelMember(
                reward.name(), new Asked.EachSample(reward), Weight.of(1), PATIENCE, new FailurePolicy.SkipRow());
    }

    /**
     * A group reward of weight 1 with 30 seconds a call, whose failures leave their groups out.
     *
     * @param reward for a group
     * @return the member
     */
    public static PanelMember ofGroup(GroupReward reward) {
        return new PanelMember(
                reward.name(), new Asked.EachGroup(reward), Weight.of(1), PATIENCE, new FailurePolicy.SkipRow());
    }

    /**
     * Replaces the weight.
     *
     * @param other what it weighs
     * @return this member with it
     */
    public PanelMember weighing(Weight other) {
        return new PanelMember(name, asked, other, deadline, onFailure);
    }

    /**
     * Replaces the deadline.
     *
     * @param other how long one call may take
     * @return this member with it
     */
    public PanelMember within(Duration other) {
        return new PanelMember(name, asked, weight, other, onFailure);
    }

    /**
     * Replaces the failure policy.
     *
     * @param other what becomes of samples that it fails on
     * @return this member with it
     */
    public PanelMember onFailure(FailurePolicy other) {
        return new PanelMember(name, asked, weight, deadline, other);
    }
}
