package org.rft4j.algorithms.rewardmodel;

import org.rft4j.engine.Check;

/**
 * How far it is trusted that the chosen text is the better one. The loss of a pair is {@link #given} times its loss as it stands plus {@link
 * #swapped} times the loss of the pair with chosen and rejected exchanged, margin and all.
 */
public sealed interface LabelNoise {
    /**
     * The weight of the pair as it stands.
     *
     * @return at least 1/2
     */
    double given();

    /**
     * The weight of the exchanged pair.
     *
     * @return below 1/2, and below 0 where the loss is corrected for flips
     */
    double swapped();

    /** Labels are right. */
    record Trusted() implements LabelNoise {
        @Override
        public double given() {
            return 1;
        }

        @Override
        public double swapped() {
            return 0;
        }
    }

    /**
     * Label smoothing: a share of each label is given to the other text, which bounds the margin that is aimed at by {@code log((1 - share) /
     * share)}.
     *
     * @param share at least 0 and below 1/2
     */
    record Smoothed(double share) implements LabelNoise {
        /** Checks the share. */
        public Smoothed {
            requireBelowHalf("share of smoothed labels", share);
        }

        @Override
        public double given() {
            return 1 - share;
        }

        @Override
        public double swapped() {
            return share;
        }
    }

    /**
     * Each label is wrong with a known probability. The loss is the one whose mean over such flips is the loss of right labels: {@code ((1 - p)
     * loss - p loss of the exchanged pair) / (1 - 2p)}. It is not bounded from below, so that a model which is trained long enough runs away.
     *
     * @param probability at least 0 and below 1/2
     */
    record Flipped(double probability) implements LabelNoise {
        /** Checks the probability. */
        public Flipped {
            requireBelowHalf("probability of flipped labels", probability);
        }

        @Override
        public double given() {
            return (1 - probability) / (1 - 2 * probability);
        }

        @Override
        public double swapped() {
            return -probability / (1 - 2 * probability);
        }
    }

    private static void requireBelowHalf(String what, double value) {
        Check.that(
                value >= 0 && value < 0.5,
                what,
                value,
                "must be at least 0 and below 0.5",
                "use 0.1; where most labels are wrong, exchange chosen and rejected");
    }
}
