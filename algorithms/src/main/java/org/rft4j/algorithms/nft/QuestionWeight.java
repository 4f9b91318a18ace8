package org.rft4j.algorithms.nft;

/** How much a question counts, by the share q of its answers that are right. */
public enum QuestionWeight {
    /** 1 for every question: mode 0 of the released code. */
    EQUAL {
        @Override
        double of(double passRate) {
            return 1;
        }
    },

    /** {@code 1 - q}: mode 1 and what the paper trains with. On the policy's own samples the gradient is Dr.GRPO's. */
    FAILURE_RATE {
        @Override
        double of(double passRate) {
            return 1 - passRate;
        }
    },

    /** {@code sqrt((1 - q) / q)}: mode 2. On the policy's own samples the gradient is that of GRPO with the population deviation. */
    FAILURE_ODDS_ROOT {
        @Override
        double of(double passRate) {
            return Math.sqrt((1 - passRate) / passRate);
        }
    };

    abstract double of(double passRate);
}
