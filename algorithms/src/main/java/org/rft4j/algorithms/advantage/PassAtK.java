package org.rft4j.algorithms.advantage;

import java.util.Arrays;
import org.rft4j.engine.Check;

/**
 * Rewards the best of k instead of the average: an unbiased gradient estimate of {@code E[max(R_1 .. R_k)]}, which for
 * rewards 0 and 1 is pass@k.
 *
 * <p>"Pass@K Policy Optimization" (PKPO, arXiv 2505.15201), equation 33 (leave-one-out with subsets of k - 1). With n
 * applicable samples in the group:
 *
 * <pre>  A_i = 1 / C(n, k) * sum over subsets I of size k that contain i of (max_I R - max_{I without i} R)</pre>
 *
 * With k = n it is the estimator of "Optimizing Language Models for Inference Time Objectives using Reinforcement
 * Learning" (arXiv 2503.19595): the single best sample gets the best reward minus the second best, all others 0.
 *
 * <p>Computed in O(n log n) over the sorted rewards: {@code A_(i) = A_(i-1) + (R_(i) - R_(i-1)) * sum_{j<i} C(j-1, k-2) /
 * C(n, k)}, all terms at least 0, so ties are exactly equal and nothing cancels.
 *
 * <p>Differences from the paper: a {@link RewardScale} may follow (verl divides by the group's std + 1e-6 unless told
 * not to; the papers divide by nothing); a group with fewer than k applicable rewards gives 0 and is reported, unless the
 * group itself is smaller than k, which is an error.
 *
 * <p>Reference implementation for k = n: verl {@code core_algos.py}, {@code compute_grpo_passk_outcome_advantage}, at
 * b178a3cd.
 *
 * <p>Limits: advantages are never negative and do not sum to 0 in a group; for rewards 0 and 1 a correct sample among c
 * correct ones gets {@code C(n - c, k - 1) / C(n, k)}, a wrong one 0; adding a constant changes nothing. The estimate is
 * to be summed over the n samples (its scale carries the 1 / n of a mean: for k = n the sum is the gradient itself).
 */
public final class PassAtK {
    private static final int MIN_K = 2;

    private PassAtK() {}

    /**
     * Advantages for the best of k, k at most the size of each group.
     *
     * @param rewards one reward for each sample
     * @param groups which samples share a prompt
     * @param k how many samples compete, at least 2
     * @param scale what the advantage is divided by
     * @return one advantage for each sample
     */
    public static SampleAdvantages compute(Rewards rewards, Groups groups, int k, RewardScale scale) {
        Check.that(k >= MIN_K, "k", k, "must be at least 2", "use LeaveOneOut for pass@1");
        requireGroupSizes(groups, k);
        return compute(rewards, groups, scale, k, k);
    }

    /**
     * Advantages for the best of the whole group, whatever its size.
     *
     * @param rewards one reward for each sample
     * @param groups which samples share a prompt, at least 2 in each
     * @param scale what the advantage is divided by; {@link RewardScale#VERL} for verl's default
     * @return one advantage for each sample
     */
    public static SampleAdvantages bestOfGroup(Rewards rewards, Groups groups, RewardScale scale) {
        requireGroupSizes(groups, MIN_K);
        return compute(rewards, groups, scale, MIN_K, Integer.MAX_VALUE);
    }

    private static void requireGroupSizes(Groups groups, int k) {
        for (int group = 0; group < groups.count(); group++) {
            Check.that(
                    groups.size(group) >= k,
                    "size of group " + group,
                    groups.size(group),
                    "must be at least k = " + k,
                    "sample more responses for each prompt or lower k");
        }
    }

    private static SampleAdvantages compute(Rewards rewards, Groups groups, RewardScale scale, int minimum, int limit) {
        GroupStatistics statistics = GroupStatistics.of(rewards, groups);
        double[] divisors = scale.divisors(statistics);
        double[] advantages = new double[rewards.size()];
        for (int group = 0; group < groups.count(); group++) {
            int count = statistics.count(group);
            if (count >= minimum && divisors[group] != 0) {
                int[] ascending = applicableAscending(rewards, groups, group, count);
                fill(advantages, rewards, ascending, Math.min(limit, count), divisors[group]);
            }
        }
        return new SampleAdvantages(advantages, rewards, statistics.report(rewards, minimum));
    }

    private static int[] applicableAscending(Rewards rewards, Groups groups, int group, int count) {
        Integer[] order = new Integer[count];
        int filled = 0;
        for (int j = 0; j < groups.size(group); j++) {
            int sample = groups.sample(group, j);
            if (rewards.isApplicable(sample)) {
                order[filled++] = sample;
            }
        }
        Arrays.sort(order, (a, b) -> Double.compare(rewards.value(a), rewards.value(b)));
        return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
    }

    private static void fill(double[] advantages, Rewards rewards, int[] ascending, int k, double divisor) {
        double[] weights = rankWeights(ascending.length, k);
        double advantage = 0;
        double below = 0;
        for (int rank = 1; rank < ascending.length; rank++) {
            below += weights[rank - 1];
            double step = rewards.value(ascending[rank]) - rewards.value(ascending[rank - 1]);
            advantage += step * below;
            advantages[ascending[rank]] = advantage / divisor;
        }
    }

    /** {@code C(j - 1, k - 2) / C(n, k)} for rank j = 1 .. n, by a downward recursion that cannot overflow. */
    private static double[] rankWeights(int n, int k) {
        double[] weights = new double[n];
        weights[n - 1] = (double) k * (k - 1) / ((double) n * (n - k + 1));
        for (int j = n; j > 1; j--) {
            weights[j - 2] = weights[j - 1] * (j - k + 1) / (j - 1); // 0 from rank k - 2 down
        }
        return weights;
    }
}
