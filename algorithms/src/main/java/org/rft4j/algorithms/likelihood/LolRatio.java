package org.rft4j.algorithms.likelihood;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.Check;

/** What the loss of an old answer is multiplied by, because the policy would not write it as often as the reference did. Always a constant. */
public sealed interface LolRatio {
    /** Above the logarithm of any bound that makes sense, and its exponential is finite in fp32. */
    double LARGEST_LOG_RATIO = 80;

    /**
     * The factor.
     *
     * @param input a micro-batch
     * @return [B,T], or [B,1] where a sequence has one
     */
    NDArray of(LossInput input);

    /**
     * Whether the factor compares with a reference.
     *
     * @return true if it does
     */
    default boolean needsReference() {
        return true;
    }

    /**
     * Probability of the whole answer over that under the reference, clamped.
     *
     * @param smallest 0.1 in the paper
     * @param largest 1.9 in the paper
     */
    record Sequence(double smallest, double largest) implements LolRatio {
        /** Checks the bounds. */
        public Sequence {
            requireBounds(smallest, largest);
        }

        @Override
        public NDArray of(LossInput input) {
            NDArray sums = logRatio(input).mul(input.mask()).sum(new int[] {1}, true);
            return clamped(sums, smallest, largest);
        }
    }

    /**
     * The same of each token.
     *
     * @param smallest 0.1 in the paper
     * @param largest 1.9 in the paper
     */
    record Token(double smallest, double largest) implements LolRatio {
        /** Checks the bounds. */
        public Token {
            requireBounds(smallest, largest);
        }

        @Override
        public NDArray of(LossInput input) {
            return clamped(logRatio(input), smallest, largest);
        }
    }

    /** 1: old answers count as they are. */
    record None() implements LolRatio {
        @Override
        public NDArray of(LossInput input) {
            return input.mask().onesLike();
        }

        @Override
        public boolean needsReference() {
            return false;
        }
    }

    /**
     * The probability of each token under the policy, as if the reference were uniform (GOLD).
     *
     * @param smallest 0.1 in the paper
     */
    record Probability(double smallest) implements LolRatio {
        /** Checks the floor. */
        public Probability {
            Check.that(
                    smallest >= 0 && smallest <= 1, "smallest probability", smallest, "must be in [0, 1]", "use 0.1");
        }

        @Override
        public NDArray of(LossInput input) {
            return input.logProbs().stopGradient().exp().maximum(smallest);
        }

        @Override
        public boolean needsReference() {
            return false;
        }
    }

    private static void requireBounds(double smallest, double largest) {
        Check.that(
                smallest >= 0 && smallest <= 1 && largest >= 1 && largest < Double.POSITIVE_INFINITY,
                "bounds of a ratio",
                smallest + " and " + largest,
                "must be finite and enclose 1",
                "use 0.1 and 1.9");
    }

    private static NDArray logRatio(LossInput input) {
        return input.logProbs().stopGradient().sub(input.column(TokenColumn.REFERENCE_LOG_PROB));
    }

    private static NDArray clamped(NDArray logRatio, double smallest, double largest) {
        return logRatio.minimum(LARGEST_LOG_RATIO).exp().clip(smallest, largest);
    }
}
