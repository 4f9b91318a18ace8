package org.rft4j.algorithms.unpaired;

import org.rft4j.engine.Check;

/**
 * What KTO can be told.
 *
 * @param beta how fast the loss saturates in the log-ratio
 * @param desirableWeight lambda_D, how much desirable answers count
 * @param undesirableWeight lambda_U, how much undesirable ones count. The paper wants
 *     {@code lambda_D n_D / (lambda_U n_U)} between 1 and 4/3, which {@code kto/weight_ratio} tells
 * @param zeroPoint what log-ratios are compared with
 */
public record KtoOptions(double beta, double desirableWeight, double undesirableWeight, ZeroPoint zeroPoint) {
    /** TRL's and the paper's: 0.1, 1, 1, the mean of mismatched answers. */
    public static final KtoOptions DEFAULT = new KtoOptions(0.1, 1, 1, ZeroPoint.MEAN);

    /** Checks the numbers. */
    public KtoOptions {
        Check.that(beta > 0 && Double.isFinite(beta), "beta", beta, "must be finite and above 0", "begin with 0.1");
        requireWeight("desirableWeight", desirableWeight);
        requireWeight("undesirableWeight", undesirableWeight);
    }

    private static void requireWeight(String what, double weight) {
        Check.that(
                weight >= 0 && Double.isFinite(weight),
                what,
                weight,
                "must be finite and at least 0",
                "use 1, or more for the rarer label");
    }

    /**
     * Replaces beta.
     *
     * @param other how fast the loss saturates
     * @return new options
     */
    public KtoOptions withBeta(double other) {
        return new KtoOptions(other, desirableWeight, undesirableWeight, zeroPoint);
    }

    /**
     * Replaces the weights.
     *
     * @param desirable lambda_D
     * @param undesirable lambda_U
     * @return new options
     */
    public KtoOptions withWeights(double desirable, double undesirable) {
        return new KtoOptions(beta, desirable, undesirable, zeroPoint);
    }

    /**
     * Replaces what log-ratios are compared with.
     *
     * @param other made of mismatched answers
     * @return new options
     */
    public KtoOptions withZeroPoint(ZeroPoint other) {
        return new KtoOptions(beta, desirableWeight, undesirableWeight, other);
    }
}
