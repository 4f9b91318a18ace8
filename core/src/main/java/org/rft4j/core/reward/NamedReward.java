package org.rft4j.core.reward;

import org.rft4j.engine.Check;

/** A reward under another name. */
record NamedReward(String name, Reward reward) implements Reward {
    NamedReward {
        Check.that(!name.isBlank(), "name of a reward", "'" + name + "'", "must not be blank", "metrics show it");
    }

    @Override
    public Score score(RewardSample sample) throws Exception {
        return reward.score(sample);
    }
}
