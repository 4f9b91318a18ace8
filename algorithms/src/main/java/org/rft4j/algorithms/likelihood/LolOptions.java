package org.rft4j.algorithms.likelihood;

import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.engine.Check;

/**
 * What the A-LoL family can be told.
 *
 * @param name what logs call it
 * @param factor how much an answer counts
 * @param ratio what makes up for answers that the policy would not write as often
 * @param kl beta, what leaving the reference costs; 0 = nothing
 * @param weights how token losses become the loss of an optimiser step
 */
public record LolOptions(String name, LolFactor factor, LolRatio ratio, double kl, RowWeights weights) {
    /** A-LoL: the ratio of whole answers in 0.1 to 1.9, and the mean over answers of their sums. */
    public static final LolOptions DEFAULT = new LolOptions(
            "a-lol", LolFactor.ADVANTAGE, new LolRatio.Sequence(0.1, 1.9), 0, new Aggregation.SequenceMeanTokenSum(1));

    /** Checks name and number. */
    public LolOptions {
        Check.that(!name.isBlank(), "name", "'" + name + "'", "must not be blank", "use a-lol");
        Check.that(
                kl >= 0 && kl < Double.POSITIVE_INFINITY, "kl", kl, "must be finite and at least 0", "use 0 for none");
    }

    /**
     * Another member of the family.
     *
     * @param other its name
     * @param counts how much an answer counts
     * @param factors what makes up for answers that the policy would not write as often
     * @return new options
     */
    public LolOptions named(String other, LolFactor counts, LolRatio factors) {
        return new LolOptions(other, counts, factors, kl, weights);
    }

    /**
     * Replaces what leaving the reference costs.
     *
     * @param beta 0 = nothing
     * @return new options
     */
    public LolOptions withKl(double beta) {
        return new LolOptions(name, factor, ratio, beta, weights);
    }

    /**
     * Replaces how token losses are added up.
     *
     * @param other the weights of tokens
     * @return new options
     */
    public LolOptions withWeights(RowWeights other) {
        return new LolOptions(name, factor, ratio, kl, other);
    }
}
