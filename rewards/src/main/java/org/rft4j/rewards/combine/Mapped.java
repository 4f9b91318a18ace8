package org.rft4j.rewards.combine;

import java.util.function.DoubleUnaryOperator;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;

/** A reward whose value is changed by a function; where it is not applicable it stays so. All else that it says stays. */
public final class Mapped implements Reward {
    private final Reward reward;
    private final DoubleUnaryOperator function;

    private Mapped(Reward reward, DoubleUnaryOperator function) {
        this.reward = reward;
        this.function = function;
    }

    /**
     * Keeps the value between two bounds.
     *
     * @param reward the reward
     * @param min the least value
     * @param max the greatest
     * @return the clipped reward under the same name
     */
    public static Reward clip(Reward reward, double min, double max) {
        Check.that(
                min <= max, "bounds of a clip", min + " and " + max, "must be in order", "pass the smaller one first");
        return new Mapped(reward, value -> Math.min(Math.max(value, min), max));
    }

    /**
     * Scales and moves the value.
     *
     * @param reward the reward
     * @param scale what it is multiplied by
     * @param offset what is added after that
     * @return the moved reward under the same name
     */
    public static Reward affine(Reward reward, double scale, double offset) {
        Check.that(
                Double.isFinite(scale) && Double.isFinite(offset),
                "scale and offset",
                scale + " and " + offset,
                "must be finite",
                "use 1 and 0 to change nothing");
        return new Mapped(reward, value -> scale * value + offset);
    }

    /**
     * Two values instead of many.
     *
     * @param reward the reward
     * @param at the least value that counts as reached
     * @param below the value where it is not reached
     * @param reached the value where it is
     * @return the two-valued reward under the same name
     */
    public static Reward threshold(Reward reward, double at, double below, double reached) {
        Check.that(Double.isFinite(at), "threshold", at, "must be finite", "use 1 for rewards of 0 and 1");
        Check.that(
                Double.isFinite(below) && Double.isFinite(reached),
                "values on both sides of a threshold",
                below + " and " + reached,
                "must be finite",
                "use 0 and 1");
        return new Mapped(reward, value -> value >= at ? reached : below);
    }

    @Override
    public Score score(RewardSample sample) throws Exception {
        Score score = reward.score(sample);
        return score.applicable() ? score.withValue(function.applyAsDouble(score.value())) : score;
    }

    @Override
    public String name() {
        return reward.name();
    }
}
