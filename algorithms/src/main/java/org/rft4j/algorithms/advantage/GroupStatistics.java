package org.rft4j.algorithms.advantage;

/**
 * Mean and spread of the applicable rewards of each group, in two passes (mean, then squared deviations). Also what a
 * filter on group spread, as in DAPO, needs. Immutable.
 */
public final class GroupStatistics {
    private final int[] counts;
    private final double[] means;
    private final double[] squares;
    private final boolean[] flat;

    private GroupStatistics(int groups) {
        counts = new int[groups];
        means = new double[groups];
        squares = new double[groups];
        flat = new boolean[groups];
    }

    /**
     * Computes the statistics.
     *
     * @param rewards the rewards
     * @param groups which samples belong together
     * @return the statistics of each group
     */
    public static GroupStatistics of(Rewards rewards, Groups groups) {
        groups.requireSamples(rewards.size(), "rewards");
        GroupStatistics statistics = new GroupStatistics(groups.count());
        for (int group = 0; group < groups.count(); group++) {
            statistics.measure(rewards, groups, group);
        }
        return statistics;
    }

    private void measure(Rewards rewards, Groups groups, int group) {
        int size = groups.size(group);
        ExactMean mean = new ExactMean();
        for (int j = 0; j < size; j++) {
            double reward = rewards.value(groups.sample(group, j));
            if (!Double.isNaN(reward)) {
                mean.add(reward);
            }
        }
        counts[group] = mean.count();
        flat[group] = mean.isFlat();
        means[group] = mean.value();
        for (int j = 0; j < size; j++) {
            double deviation = rewards.value(groups.sample(group, j)) - means[group];
            squares[group] += Double.isNaN(deviation) ? 0 : deviation * deviation;
        }
    }

    /**
     * Number of groups.
     *
     * @return P
     */
    public int groups() {
        return counts.length;
    }

    /**
     * Number of applicable rewards in a group.
     *
     * @param group index of the group
     * @return the count, possibly 0
     */
    public int count(int group) {
        return counts[group];
    }

    /**
     * Mean of the applicable rewards of a group.
     *
     * @param group index of the group
     * @return the mean; exactly the reward where all are equal; 0 where none is applicable
     */
    public double mean(int group) {
        return means[group];
    }

    /**
     * Whether a group has at least two applicable rewards and all are equal, so that it teaches nothing.
     *
     * @param group index of the group
     * @return true if there is nothing to compare
     */
    public boolean isZeroSpread(int group) {
        return counts[group] > 1 && flat[group];
    }

    /**
     * Standard deviation of the applicable rewards of a group.
     *
     * @param group index of the group
     * @param ddof 1 to divide by {@code n - 1}, 0 to divide by {@code n}
     * @return the standard deviation; 0 for fewer than two rewards
     */
    public double std(int group, int ddof) {
        return deviation(squares[group], counts[group], ddof);
    }

    /**
     * Standard deviation of all applicable rewards of the batch around the batch mean.
     *
     * @param ddof 1 to divide by {@code n - 1}, 0 to divide by {@code n}
     * @return the standard deviation; 0 for fewer than two rewards
     */
    public double batchStd(int ddof) {
        int count = 0;
        double sum = 0;
        for (int g = 0; g < counts.length; g++) {
            count += counts[g];
            sum += counts[g] * means[g];
        }
        double mean = sum / Math.max(count, 1);
        double square = 0;
        for (int g = 0; g < counts.length; g++) {
            double offset = means[g] - mean;
            square += squares[g] + counts[g] * offset * offset;
        }
        return deviation(square, count, ddof);
    }

    private static double deviation(double square, int count, int ddof) {
        return count < 2 ? 0 : Math.sqrt(square / (count - ddof));
    }

    /** The report of an estimator that needs {@code minimum} applicable rewards in a group. */
    AdvantageReport report(Rewards rewards, int minimum) {
        int zeroSpread = 0;
        int tooSmall = 0;
        for (int g = 0; g < counts.length; g++) {
            zeroSpread += isZeroSpread(g) ? 1 : 0;
            tooSmall += counts[g] < minimum ? 1 : 0;
        }
        return new AdvantageReport(counts.length, zeroSpread, tooSmall, rewards.notApplicable());
    }
}
