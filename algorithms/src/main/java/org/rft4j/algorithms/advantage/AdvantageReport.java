package org.rft4j.algorithms.advantage;

/**
 * What an estimator on samples met: groups that teach nothing and samples that were left out.
 *
 * @param groups number of groups
 * @param zeroSpreadGroups groups with at least two applicable rewards, all equal: their advantages are exactly 0
 * @param tooSmallGroups groups with fewer applicable rewards than the estimator needs (none applicable included)
 * @param excludedSamples samples whose reward is not applicable: their advantage is 0
 */
public record AdvantageReport(int groups, int zeroSpreadGroups, int tooSmallGroups, int excludedSamples) {
    /**
     * The share of groups in which all applicable rewards are equal; TRL's {@code frac_reward_zero_std} where groups
     * have equal size.
     *
     * @return a number in [0, 1]
     */
    public double zeroSpreadFraction() {
        return (double) zeroSpreadGroups / groups;
    }
}
