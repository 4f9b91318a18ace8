package org.rft4j.algorithms.advantage;

import org.rft4j.engine.InvalidInputException;

/**
 * OPO: the reward against the length-weighted mean of its group, the baseline of least gradient variance when the squared
 * gradient norm of a response grows with its length.
 *
 * <p>"On-Policy RL with Optimal Reward Baseline" (arXiv 2505.23585), section 3.
 *
 * <pre>  b_g = sum_j len_j R_j / sum_j len_j,   A_i = R_i - b_g</pre>
 *
 * <p>Differences from the paper: equal rewards give exactly 0; rewards that do not apply do not count; a group of one
 * follows a stated rule; in a group without any policy token the plain mean stands in (the advantage reaches no token).
 *
 * <p>Reference implementation: verl {@code core_algos.py}, {@code compute_opo_outcome_advantage}, at b178a3cd, where the
 * length is the number of tokens with mask 1 ({@link TokenMask#lengths()}), tool output not counted.
 *
 * <p>Limits: equal lengths give Dr.GRPO. Advantages of a group do not sum to 0; their length-weighted sum does.
 */
public final class LengthWeightedBaseline {
    private LengthWeightedBaseline() {}

    /**
     * Computes the advantages.
     *
     * @param rewards one reward for each sample
     * @param lengths policy tokens of each sample
     * @param groups which samples share a prompt
     * @param singleton what a group of one gets; verl gives R
     * @return one advantage for each sample
     */
    public static SampleAdvantages compute(Rewards rewards, int[] lengths, Groups groups, SingletonRule singleton) {
        Inputs.requireLength(lengths.length, rewards.size(), "lengths", "the number of rewards");
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] < 0) {
                throw new InvalidInputException(
                        "length[" + i + "]",
                        lengths[i],
                        "must be at least 0",
                        "use TokenMask.lengths() to count policy tokens");
            }
        }
        GroupStatistics statistics = GroupStatistics.of(rewards, groups);
        double[] baselines = baselines(rewards, lengths, groups, statistics);
        return GroupBaseline.apply(
                rewards, groups, statistics, singleton, (group, reward) -> reward - baselines[group]);
    }

    private static double[] baselines(Rewards rewards, int[] lengths, Groups groups, GroupStatistics statistics) {
        double[] baselines = new double[groups.count()];
        for (int group = 0; group < baselines.length; group++) {
            double weighted = 0;
            double total = 0;
            for (int j = 0; j < groups.size(group); j++) {
                int sample = groups.sample(group, j);
                if (rewards.isApplicable(sample)) {
                    weighted += lengths[sample] * rewards.value(sample);
                    total += lengths[sample];
                }
            }
            baselines[group] = total > 0 ? weighted / total : statistics.mean(group);
        }
        return baselines;
    }
}
