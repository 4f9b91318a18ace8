package org.rft4j.algorithms.unpaired;

/** What KTO compares an answer's log-ratio with, made of the log-ratios of mismatched answers. */
public enum ZeroPoint {
    /** Their mean, at least 0: the paper, and TRL. */
    MEAN {
        @Override
        double of(double[] mismatched) {
            double sum = 0;
            for (double one : mismatched) {
                sum += one;
            }
            return Math.max(0, sum / Math.max(1, mismatched.length));
        }
    },

    /** The mean of those that are not exactly 0, at least 0: HALOs, whose zeros are answers that were cut away. */
    MEAN_OF_NONZERO {
        @Override
        double of(double[] mismatched) {
            double sum = 0;
            int count = 0;
            for (double one : mismatched) {
                sum += one;
                count += one == 0 ? 0 : 1;
            }
            return Math.max(0, sum / Math.max(1, count));
        }
    },

    /** 0, and no answer is mismatched: TRL's {@code apo_zero_unpaired}. */
    NONE {
        @Override
        double of(double[] mismatched) {
            return 0;
        }
    };

    abstract double of(double[] mismatched);
}
