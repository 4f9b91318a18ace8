package org.rft4j.algorithms.group;

import java.util.Optional;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.algorithms.correction.OffPolicyMask;
import org.rft4j.algorithms.correction.SamplerCorrection;
import org.rft4j.algorithms.entropy.EntropyBonus;
import org.rft4j.algorithms.kl.KlPenalty;
import org.rft4j.algorithms.ratio.RatioLevel;
import org.rft4j.algorithms.surrogate.Surrogate;
import org.rft4j.core.training.Needs;
import org.rft4j.engine.Check;

/**
 * The parts of a policy gradient on groups. {@link Presets} has those of the papers.
 *
 * @param name what logs and checkpoints call it
 * @param advantages how much better a token was than expected
 * @param ratio of which probabilities a ratio is
 * @param surrogate the policy loss of a token
 * @param aggregation how token losses become one number
 * @param kl what distance from the reference costs
 * @param entropy what entropy is worth
 * @param correction of the mismatch between sampler and trainer, if there is to be one
 * @param offPolicyMask which tokens are left out because they are too far from the sampler, if any are
 * @param rows which rows are trained
 * @param oldLogProbs what the ratio is taken against. Where something needs the trainer's log-probs before advantages are estimated,
 *     {@code ROUND_START} becomes {@code BEFORE_ESTIMATE} by itself
 */
public record GroupOptions(
        String name,
        AdvantageEstimator advantages,
        RatioLevel ratio,
        Surrogate surrogate,
        Aggregation aggregation,
        KlPenalty kl,
        EntropyBonus entropy,
        Optional<SamplerCorrection> correction,
        Optional<OffPolicyMask> offPolicyMask,
        RowChoice rows,
        Needs.OldLogProbs oldLogProbs) {
    /** Checks that the parts fit each other. */
    public GroupOptions {
        Check.that(!name.isBlank(), "name of an algorithm", "'" + name + "'", "must not be blank", "name it");
        boolean againstTrainer = oldLogProbs != Needs.OldLogProbs.SAMPLER && oldLogProbs != Needs.OldLogProbs.NONE;
        Check.that(
                correction.isEmpty() || againstTrainer,
                "oldLogProbs of " + name + ", which corrects for the sampler",
                oldLogProbs,
                "must be the trainer's, or there is no mismatch to correct for",
                "use ROUND_START, or leave the correction out");
        Check.that(
                correction.isEmpty() || !surrogate.comparesWithSampler(),
                "correction of " + name,
                correction,
                "must be absent, because " + surrogate + " compares with the sampler itself",
                "leave it out");
    }

    /**
     * No KL, no entropy bonus, no correction; all rows, against the log-probs with which the round began.
     *
     * @param name what logs and checkpoints call it
     * @param advantages how much better a token was than expected
     * @param ratio of which probabilities a ratio is
     * @param surrogate the policy loss of a token
     * @param aggregation how token losses become one number
     * @return the options
     */
    public static GroupOptions of(
            String name,
            AdvantageEstimator advantages,
            RatioLevel ratio,
            Surrogate surrogate,
            Aggregation aggregation) {
        return new GroupOptions(
                name,
                advantages,
                ratio,
                surrogate,
                aggregation,
                new KlPenalty.None(),
                new EntropyBonus.None(),
                Optional.empty(),
                Optional.empty(),
                RowChoice.ALL,
                Needs.OldLogProbs.ROUND_START);
    }

    /**
     * Replaces the name.
     *
     * @param other what logs and checkpoints call it
     * @return new options
     */
    public GroupOptions withName(String other) {
        return new GroupOptions(
                other,
                advantages,
                ratio,
                surrogate,
                aggregation,
                kl,
                entropy,
                correction,
                offPolicyMask,
                rows,
                oldLogProbs);
    }

    /**
     * Replaces the estimator.
     *
     * @param other how much better a token was than expected
     * @return new options
     */
    public GroupOptions withAdvantages(AdvantageEstimator other) {
        return new GroupOptions(
                name, other, ratio, surrogate, aggregation, kl, entropy, correction, offPolicyMask, rows, oldLogProbs);
    }

    /**
     * Replaces ratio and surrogate.
     *
     * @param otherRatio of which probabilities a ratio is
     * @param otherSurrogate the policy loss of a token
     * @return new options
     */
    public GroupOptions withSurrogate(RatioLevel otherRatio, Surrogate otherSurrogate) {
        return new GroupOptions(
                name,
                advantages,
                otherRatio,
                otherSurrogate,
                aggregation,
                kl,
                entropy,
                correction,
                offPolicyMask,
                rows,
                oldLogProbs);
    }

    /**
     * Replaces the aggregation.
     *
     * @param other how token losses become one number
     * @return new options
     */
    public GroupOptions withAggregation(Aggregation other) {
        return new GroupOptions(
                name, advantages, ratio, surrogate, other, kl, entropy, correction, offPolicyMask, rows, oldLogProbs);
    }

    /**
     * Replaces the KL penalty.
     *
     * @param other what distance from the reference costs
     * @return new options
     */
    public GroupOptions withKl(KlPenalty other) {
        return new GroupOptions(
                name,
                advantages,
                ratio,
                surrogate,
                aggregation,
                other,
                entropy,
                correction,
                offPolicyMask,
                rows,
                oldLogProbs);
    }

    /**
     * Replaces the entropy bonus.
     *
     * @param other what entropy is worth
     * @return new options
     */
    public GroupOptions withEntropy(EntropyBonus other) {
        return new GroupOptions(
                name,
                advantages,
                ratio,
                surrogate,
                aggregation,
                kl,
                other,
                correction,
                offPolicyMask,
                rows,
                oldLogProbs);
    }

    /**
     * Corrects for a sampler that computes other log-probs than the trainer.
     *
     * @param other the correction
     * @return new options
     */
    public GroupOptions withCorrection(SamplerCorrection other) {
        return new GroupOptions(
                name,
                advantages,
                ratio,
                surrogate,
                aggregation,
                kl,
                entropy,
                Optional.of(other),
                offPolicyMask,
                rows,
                oldLogProbs);
    }

    /**
     * Leaves out what is bad and too far from the sampler.
     *
     * @param other the mask
     * @return new options
     */
    public GroupOptions withOffPolicyMask(OffPolicyMask other) {
        return new GroupOptions(
                name,
                advantages,
                ratio,
                surrogate,
                aggregation,
                kl,
                entropy,
                correction,
                Optional.of(other),
                rows,
                oldLogProbs);
    }

    /**
     * Replaces the choice of rows.
     *
     * @param other which rows are trained
     * @return new options
     */
    public GroupOptions withRows(RowChoice other) {
        return new GroupOptions(
                name,
                advantages,
                ratio,
                surrogate,
                aggregation,
                kl,
                entropy,
                correction,
                offPolicyMask,
                other,
                oldLogProbs);
    }

    /**
     * Replaces what the ratio is taken against.
     *
     * @param other whose log-probs
     * @return new options
     */
    public GroupOptions withOldLogProbs(Needs.OldLogProbs other) {
        return new GroupOptions(
                name, advantages, ratio, surrogate, aggregation, kl, entropy, correction, offPolicyMask, rows, other);
    }

    Needs needs() {
        boolean reference = !(kl instanceof KlPenalty.None);
        boolean beforehand = correction.isPresent() || kl instanceof KlPenalty.InReward;
        Needs.OldLogProbs old = beforehand && oldLogProbs != Needs.OldLogProbs.SAMPLER
                ? Needs.OldLogProbs.BEFORE_ESTIMATE
                : oldLogProbs;
        boolean entropies = !(entropy instanceof EntropyBonus.None);
        return Needs.ratio(old)
                .withReference(reference)
                .withEntropy(entropies)
                .withCurrentLogProbs(
                        surrogate.choosesTokens() ? Needs.CurrentLogProbs.ALL : Needs.CurrentLogProbs.NONE);
    }
}
