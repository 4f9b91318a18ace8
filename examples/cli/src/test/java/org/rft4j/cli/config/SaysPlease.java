package org.rft4j.cli.config;

import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

/** A reward as a user would write it. */
public final class SaysPlease implements Reward {
    @Override
    public String name() {
        return "please";
    }

    @Override
    public Score score(RewardSample sample) {
        return Score.of(sample.completion().contains("please"));
    }
}
