package org.rft4j.rewards.combine;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

/**
 * The sum of rewards, each times its weight at the clock's step. A part that is not applicable adds nothing, as in TRL; the sum is not
 * applicable where no part is. Rewards of turns and of tokens are weighed and added up likewise. Components keep the parts' values before
 * weighting.
 */
public final class WeightedSum implements Reward {
    private final String name;
    private final RewardClock clock;
    private final List<Reward> parts;
    private final List<WeightSchedule> weights;

    private WeightedSum(String name, RewardClock clock, List<Reward> parts, List<WeightSchedule> weights) {
        this.name = name;
        this.clock = clock;
        this.parts = CollectedParts.require(parts);
        this.weights = List.copyOf(weights);
    }

    /**
     * Begins a sum whose weights stay the same.
     *
     * @param name what metrics call it
     * @return a builder
     */
    public static Builder named(String name) {
        return new Builder(name, new RewardClock());
    }

    /**
     * Begins a sum whose weights follow a clock.
     *
     * @param name what metrics call it
     * @param clock set by whoever runs the training
     * @return a builder
     */
    public static Builder named(String name, RewardClock clock) {
        return new Builder(name, clock);
    }

    /** Collects the parts of a sum. */
    public static final class Builder {
        private final String name;
        private final RewardClock clock;
        private final List<Reward> parts = new ArrayList<>();
        private final List<WeightSchedule> weights = new ArrayList<>();

        private Builder(String name, RewardClock clock) {
            this.name = name;
            this.clock = clock;
        }

        /**
         * Adds a part.
         *
         * @param weight what it weighs
         * @param reward the part
         * @return this builder
         */
        public Builder add(double weight, Reward reward) {
            return add(WeightSchedule.constant(weight), reward);
        }

        /**
         * Adds a part whose weight changes.
         *
         * @param weight what it weighs, by step
         * @param reward the part
         * @return this builder
         */
        public Builder add(WeightSchedule weight, Reward reward) {
            parts.add(reward);
            weights.add(weight);
            return this;
        }

        /**
         * Makes the sum.
         *
         * @return a reward
         */
        public WeightedSum build() {
            return new WeightedSum(name, clock, parts, weights);
        }
    }

    @Override
    public Score score(RewardSample sample) throws Exception {
        CollectedParts said = new CollectedParts();
        double sum = 0;
        boolean any = false;
        long step = clock.step();
        for (int i = 0; i < parts.size(); i++) {
            Score score = parts.get(i).score(sample);
            said.add(parts.get(i).name(), score);
            any |= score.applicable();
            if (score.applicable()) {
                double weight = weights.get(i).at(step);
                sum += weight * score.value();
                said.addTurnsAndTokens(parts.get(i).name(), score, weight);
            }
        }
        return any ? said.scored(sum) : said.notApplicable("no part of " + name + " is applicable");
    }

    @Override
    public String name() {
        return name;
    }
}
