package org.rft4j.algorithms.advantage;

/** The walk over groups that every estimator of the form {@code factor_g * (R_i - baseline_g)} shares. */
final class GroupBaseline {
    private GroupBaseline() {}

    /** The advantage of a reward in a group with at least two different ones. */
    interface Rule {
        double advantage(int group, double reward);
    }

    /** Applies the rule; groups without spread give exactly 0, singletons what their rule says. */
    static SampleAdvantages apply(
            Rewards rewards, Groups groups, GroupStatistics statistics, SingletonRule singleton, Rule rule) {
        double[] advantages = new double[rewards.size()];
        for (int group = 0; group < groups.count(); group++) {
            if (statistics.isZeroSpread(group)) {
                continue;
            }
            boolean alone = statistics.count(group) == 1;
            for (int j = 0; j < groups.size(group); j++) {
                int sample = groups.sample(group, j);
                if (rewards.isApplicable(sample)) {
                    double reward = rewards.value(sample);
                    advantages[sample] = alone ? singleton.advantage(reward) : rule.advantage(group, reward);
                }
            }
        }
        return new SampleAdvantages(advantages, rewards, statistics.report(rewards, 2));
    }
}
