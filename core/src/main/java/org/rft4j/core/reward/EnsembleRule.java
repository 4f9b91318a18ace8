package org.rft4j.core.reward;

import java.util.Arrays;
import org.rft4j.engine.Check;

/**
 * What becomes of the values of several judges of the same thing, such as reward models that differ by their seed. They must share a scale.
 *
 * <p>"Reward Model Ensembles Help Mitigate Overoptimization" (arXiv 2310.02743).
 */
public sealed interface EnsembleRule {
    /**
     * Joins values.
     *
     * @param values of the judges, at least one
     * @return one value
     */
    double of(double... values);

    /**
     * How far the judges are apart.
     *
     * @param values of the judges, at least one
     * @return the variance that the rule weighs; the unbiased one where it weighs none
     */
    default double disagreement(double... values) {
        return Variance.UNBIASED.of(values);
    }

    /** Their mean. */
    record Mean() implements EnsembleRule {
        @Override
        public double of(double... values) {
            return mean(values);
        }
    }

    /** The least of them: "worst-case optimisation". */
    record WorstCase() implements EnsembleRule {
        @Override
        public double of(double... values) {
            return Arrays.stream(values).min().orElseThrow();
        }
    }

    /**
     * Their mean less what their variance weighs: "uncertainty-weighted optimisation". A weight of 0 is the mean; the paper's best-of-n code takes
     * 0 for "not given" and weighs by 1.
     *
     * @param lambda what the variance weighs; the paper's code takes 0.1 with PPO and 0.5 with best-of-n
     * @param variance which variance: the paper's PPO code takes the unbiased one, its best-of-n code the biased one
     */
    record UncertaintyWeighted(double lambda, Variance variance) implements EnsembleRule {
        /** Checks the weight. */
        public UncertaintyWeighted {
            Check.that(lambda >= 0 && Double.isFinite(lambda), "lambda", lambda, "must be at least 0", "use 0.1");
        }

        @Override
        public double of(double... values) {
            return mean(values) - lambda * variance.of(values);
        }

        @Override
        public double disagreement(double... values) {
            return variance.of(values);
        }
    }

    /** Which variance. */
    enum Variance {
        /** Divided by n - 1; 0 for a single value. */
        UNBIASED,
        /** Divided by n. */
        BIASED;

        /**
         * The variance.
         *
         * @param values at least one
         * @return their variance
         */
        public double of(double... values) {
            double mean = mean(values);
            double sum = 0;
            for (double value : values) {
                sum += (value - mean) * (value - mean);
            }
            int divisor = this == BIASED ? values.length : values.length - 1;
            return divisor == 0 ? 0 : sum / divisor;
        }
    }

    private static double mean(double... values) {
        return Arrays.stream(values).sum() / values.length;
    }
}
