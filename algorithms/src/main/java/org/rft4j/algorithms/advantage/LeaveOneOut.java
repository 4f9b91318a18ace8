package org.rft4j.algorithms.advantage;

/**
 * RLOO: the reward against the mean of the others in its group.
 *
 * <p>"Back to Basics: Revisiting REINFORCE Style Optimization for Learning from Human Feedback in LLMs" (arXiv
 * 2402.14740), section 3; LOOP (arXiv 2502.01600) uses the same baseline.
 *
 * <pre>  A_i = R_i - mean_{j != i} R_j = G / (G - 1) * (R_i - mean_g)</pre>
 *
 * <p>Differences from the paper: equal rewards give exactly 0; rewards that do not apply do not count in G; a group of
 * one, which the formula does not define, follows a stated rule.
 *
 * <p>Reference implementations: verl {@code core_algos.py}, {@code compute_rloo_outcome_advantage} (group of one: R) and
 * {@code compute_rloo_vectorized_outcome_advantage} (group of one: 0), at b178a3cd; TRL {@code rloo_trainer.py}, at
 * f2cd5771.
 *
 * <p>Limits: G / (G - 1) times Dr.GRPO; advantages of a group sum to 0.
 */
public final class LeaveOneOut {
    private LeaveOneOut() {}

    /**
     * Computes the advantages.
     *
     * @param rewards one reward for each sample
     * @param groups which samples share a prompt
     * @param singleton what a group of one gets
     * @return one advantage for each sample
     */
    public static SampleAdvantages compute(Rewards rewards, Groups groups, SingletonRule singleton) {
        GroupStatistics statistics = GroupStatistics.of(rewards, groups);
        return GroupBaseline.apply(rewards, groups, statistics, singleton, (group, reward) -> {
            double count = statistics.count(group);
            return count / (count - 1) * (reward - statistics.mean(group));
        });
    }
}
