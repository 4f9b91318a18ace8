package org.rft4j.algorithms.advantage;

/** The walk over groups that every estimator of the form {@code factor_g * (R_i - baseline_g)} shares. */
final class GroupBaseline {
    private GroupBaseline() {}

    /** A baseline and a factor for a group with at least two different applicable rewards. */
    interface Rule {
        double baseline(int group);

        double factor(int group);
    }

    /** Applies the rule; groups without spread give exactly 0, singletons what their rule says. */
    static SampleAdvantages apply(
            Rewards rewards, Groups groups, GroupStatistics statistics, SingletonRule singleton, Rule rule) {
        double[] advantages = new double[rewards.size()];
        for (int group = 0; group < groups.count(); group++) {
            if (statistics.isZeroSpread(group) || statistics.count(group) == 0) {
                continue;
            }
            boolean alone = statistics.count(group) == 1;
            double baseline = alone ? 0 : rule.baseline(group);
            double factor = alone ? 1 : rule.factor(group);
            for (int j = 0; j < groups.size(group); j++) {
                int sample = groups.sample(group, j);
                if (rewards.isApplicable(sample)) {
                    double reward = rewards.value(sample);
                    advantages[sample] = alone ? singleton.advantage(reward) : factor * (reward - baseline);
                }
            }
        }
        return new SampleAdvantages(advantages, rewards, statistics.report(rewards, 2));
    }
}
