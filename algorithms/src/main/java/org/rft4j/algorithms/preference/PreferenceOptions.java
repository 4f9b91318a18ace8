package org.rft4j.algorithms.preference;

import java.util.List;
import java.util.Optional;
import org.rft4j.engine.Check;

/**
 * What a preference objective is made of.
 *
 * @param name what logs and checkpoints call it
 * @param losses of pairs, added up with their weights; what is told of rewards is told by the first
 * @param reference what log-probs are compared with
 * @param divergence what scores are made of log-ratios
 * @param verboseWeight LD-DPO's alpha, from 0 to 1: how much tokens count in sums that come after as many as the shorter answer of the pair has.
 *     1 for all others. Lengths are those of all tokens
 * @param onPolicyWeights whether pairs are weighted by how likely the policy is to write them, as in WPO
 * @param likelihood a likelihood beside
 */
public record PreferenceOptions(
        String name,
        List<WeightedLoss> losses,
        PairReference reference,
        FDivergence divergence,
        double verboseWeight,
        boolean onPolicyWeights,
        Optional<Likelihood> likelihood) {
    /** Copies the list and checks that the parts go together. */
    public PreferenceOptions {
        losses = List.copyOf(losses);
        Check.that(!name.isBlank(), "name of an objective", "'" + name + "'", "must not be blank", "name it");
        Check.that(
                !losses.isEmpty(),
                "losses of " + name,
                "none",
                "must be at least one",
                "use an objective of likelihoods where there is only one of those");
        Check.that(
                verboseWeight >= 0 && verboseWeight <= 1,
                "verboseWeight",
                verboseWeight,
                "must be between 0 and 1",
                "use 1 to let all tokens count the same");
        for (WeightedLoss one : losses) {
            requireFits(one.loss(), reference, divergence);
        }
        Check.that(
                reference == PairReference.NONE
                        || losses.stream().anyMatch(one -> one.loss().comparison() != Comparison.LOG_PROBS),
                "reference of " + name,
                reference,
                "must be NONE, as no loss looks at it",
                "use withReference(PairReference.NONE)");
    }

    private static void requireFits(PairLoss loss, PairReference reference, FDivergence divergence) {
        Check.that(
                loss.comparison() == Comparison.SCORES || divergence instanceof FDivergence.ReverseKl,
                "divergence",
                divergence,
                "must be the reverse KL for " + loss,
                "take a loss of a difference of scores, such as Sigmoid");
        Check.that(
                loss.comparison() != Comparison.LOG_RATIOS || reference != PairReference.NONE,
                "reference",
                reference,
                "must not be NONE for " + loss,
                "it judges each answer by how far it has moved from a reference");
    }

    /**
     * One loss and a reference, nothing more.
     *
     * @param name what logs and checkpoints call it
     * @param loss of a pair
     * @param reference what log-probs are compared with
     * @return options
     */
    public static PreferenceOptions of(String name, PairLoss loss, PairReference reference) {
        return new PreferenceOptions(
                name,
                List.of(new WeightedLoss(loss, 1)),
                reference,
                FDivergence.REVERSE_KL,
                1,
                false,
                Optional.empty());
    }

    /**
     * Replaces the name.
     *
     * @param other what logs and checkpoints call it
     * @return new options
     */
    public PreferenceOptions withName(String other) {
        return new PreferenceOptions(other, losses, reference, divergence, verboseWeight, onPolicyWeights, likelihood);
    }

    /**
     * Replaces the losses.
     *
     * @param others of pairs
     * @return new options
     */
    public PreferenceOptions withLosses(WeightedLoss... others) {
        return new PreferenceOptions(
                name, List.of(others), reference, divergence, verboseWeight, onPolicyWeights, likelihood);
    }

    /**
     * Replaces the reference.
     *
     * @param other what log-probs are compared with
     * @return new options
     */
    public PreferenceOptions withReference(PairReference other) {
        return new PreferenceOptions(name, losses, other, divergence, verboseWeight, onPolicyWeights, likelihood);
    }

    /**
     * Replaces the divergence.
     *
     * @param other what scores are made of log-ratios
     * @return new options
     */
    public PreferenceOptions withDivergence(FDivergence other) {
        return new PreferenceOptions(name, losses, reference, other, verboseWeight, onPolicyWeights, likelihood);
    }

    /**
     * Replaces how much tokens count that the other answer has no counterpart for.
     *
     * @param alpha from 0 to 1
     * @return new options
     */
    public PreferenceOptions withVerboseWeight(double alpha) {
        return new PreferenceOptions(name, losses, reference, divergence, alpha, onPolicyWeights, likelihood);
    }

    /**
     * Weights pairs as WPO does.
     *
     * @return new options
     */
    public PreferenceOptions withOnPolicyWeights() {
        return new PreferenceOptions(name, losses, reference, divergence, verboseWeight, true, likelihood);
    }

    /**
     * Adds a likelihood, or replaces it.
     *
     * @param term how much, and of what
     * @return new options
     */
    public PreferenceOptions withLikelihood(Likelihood term) {
        return new PreferenceOptions(
                name, losses, reference, divergence, verboseWeight, onPolicyWeights, Optional.of(term));
    }

    /**
     * Takes the likelihood away.
     *
     * @return new options
     */
    public PreferenceOptions withoutLikelihood() {
        return new PreferenceOptions(
                name, losses, reference, divergence, verboseWeight, onPolicyWeights, Optional.empty());
    }

    /** How many rows a unit has. */
    int rowsOfUnit() {
        return likelihood.map(term -> term.target().rows()).orElse(2);
    }
}
