package org.rft4j.algorithms.advantage;

import java.util.Arrays;

/** What a centred reward is divided by. */
public sealed interface RewardScale {
    /** Centre only, as Dr.GRPO does. */
    RewardScale NONE = new None();

    /** TRL's GRPO default: unbiased group standard deviation plus 1e-4. */
    RewardScale TRL = new GroupStd(1, 1e-4);

    /** verl's GRPO default: unbiased group standard deviation plus 1e-6. */
    RewardScale VERL = new GroupStd(1, 1e-6);

    /** Population standard deviation of the group, no epsilon. */
    RewardScale POPULATION = new GroupStd(0, 0);

    /** TRL's {@code scale_rewards="batch"}: unbiased standard deviation of the whole batch plus 1e-4. */
    RewardScale TRL_BATCH = new BatchStd(1, 1e-4);

    /**
     * The divisor of each group.
     *
     * @param statistics the statistics of the rewards
     * @return P divisors; 0 means "no spread", for which the advantage is 0
     */
    double[] divisors(GroupStatistics statistics);

    /** Divides by 1. */
    record None() implements RewardScale {
        @Override
        public double[] divisors(GroupStatistics statistics) {
            return filled(statistics, 1);
        }
    }

    /**
     * Divides by the standard deviation of the group plus epsilon.
     *
     * @param ddof 1 for the unbiased variance, 0 for the population variance
     * @param epsilon added to the standard deviation
     */
    record GroupStd(int ddof, double epsilon) implements RewardScale {
        /**
         * Validates the options.
         *
         * @param ddof 0 or 1
         * @param epsilon finite, at least 0
         */
        public GroupStd {
            Inputs.requireDdof(ddof);
            Inputs.requireEpsilon(epsilon);
        }

        @Override
        public double[] divisors(GroupStatistics statistics) {
            double[] divisors = new double[statistics.groups()];
            for (int group = 0; group < divisors.length; group++) {
                divisors[group] = statistics.std(group, ddof) + epsilon;
            }
            return divisors;
        }
    }

    /**
     * Divides by the standard deviation of all rewards of the batch plus epsilon.
     *
     * @param ddof 1 for the unbiased variance, 0 for the population variance
     * @param epsilon added to the standard deviation
     */
    record BatchStd(int ddof, double epsilon) implements RewardScale {
        /**
         * Validates the options.
         *
         * @param ddof 0 or 1
         * @param epsilon finite, at least 0
         */
        public BatchStd {
            Inputs.requireDdof(ddof);
            Inputs.requireEpsilon(epsilon);
        }

        @Override
        public double[] divisors(GroupStatistics statistics) {
            return filled(statistics, statistics.batchStd(ddof) + epsilon);
        }
    }

    private static double[] filled(GroupStatistics statistics, double divisor) {
        double[] divisors = new double[statistics.groups()];
        Arrays.fill(divisors, divisor);
        return divisors;
    }
}
