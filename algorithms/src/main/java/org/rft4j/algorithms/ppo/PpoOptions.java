package org.rft4j.algorithms.ppo;

import java.util.Optional;
import java.util.OptionalDouble;
import org.rft4j.algorithms.advantage.Gae;
import org.rft4j.algorithms.advantage.Whitening;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.algorithms.kl.KlCoefficient;
import org.rft4j.algorithms.kl.KlEstimator;
import org.rft4j.algorithms.kl.KlPenalty;
import org.rft4j.algorithms.surrogate.PpoClip;
import org.rft4j.algorithms.surrogate.Surrogate;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.engine.Check;

/**
 * What PPO can be told.
 *
 * @param surrogate the policy's loss
 * @param kl what leaving the reference costs; empty = nothing, and there is no reference
 * @param gae discount and decay of advantages
 * @param whitening of advantages over the round; empty = they stay as they are
 * @param value the critic's loss
 * @param entropyCoefficient what the mean entropy is worth, 0 = nothing
 * @param missingEosScore the score of an episode whose last turn was cut off, in place of its own; empty = it keeps its own
 * @param weights how the policy's token losses and entropies become those of an optimiser step
 * @param criticRounds so many rounds at the beginning only the critic learns
 */
public record PpoOptions(
        Surrogate surrogate,
        Optional<KlPenalty.InReward> kl,
        Gae.Options gae,
        Optional<Whitening.Options> whitening,
        ValueLoss value,
        double entropyCoefficient,
        OptionalDouble missingEosScore,
        RowWeights weights,
        int criticRounds) {
    /** Checks the numbers. */
    public PpoOptions {
        Check.that(
                Double.isFinite(entropyCoefficient),
                "entropyCoefficient",
                entropyCoefficient,
                "must be finite",
                "use 0 for none");
        missingEosScore.ifPresent(score -> Check.that(
                Double.isFinite(score), "missingEosScore", score, "must be finite", "use -1, or leave it out"));
        Check.that(criticRounds >= 0, "criticRounds", criticRounds, "must be at least 0", "use 0 for no warm-up");
    }

    /**
     * TRL's settings: a clip of 0.2, k1 with 0.05 in the reward, gamma 1 and lambda 0.95, whitened advantages, token mean. Its penalty for
     * a missing end is off.
     */
    public static final PpoOptions TRL = new PpoOptions(
            PpoClip.of(0.2, 0.2),
            Optional.of(new KlPenalty.InReward(KlEstimator.K1, new KlCoefficient.Fixed(0.05))),
            Gae.Options.DEFAULT,
            Optional.of(Whitening.Options.DEFAULT),
            ValueLoss.TRL,
            0,
            OptionalDouble.empty(),
            new Aggregation.TokenMean(),
            0);

    /**
     * Replaces the policy's loss.
     *
     * @param other of single tokens
     * @return new options
     */
    public PpoOptions withSurrogate(Surrogate other) {
        return new PpoOptions(
                other, kl, gae, whitening, value, entropyCoefficient, missingEosScore, weights, criticRounds);
    }

    /**
     * Replaces what leaving the reference costs.
     *
     * @param penalty empty = nothing
     * @return new options
     */
    public PpoOptions withKl(Optional<KlPenalty.InReward> penalty) {
        return new PpoOptions(
                surrogate, penalty, gae, whitening, value, entropyCoefficient, missingEosScore, weights, criticRounds);
    }

    /**
     * Replaces discount and decay.
     *
     * @param other of advantages
     * @return new options
     */
    public PpoOptions withGae(Gae.Options other) {
        return new PpoOptions(
                surrogate, kl, other, whitening, value, entropyCoefficient, missingEosScore, weights, criticRounds);
    }

    /**
     * Replaces how advantages are whitened.
     *
     * @param other empty = not at all
     * @return new options
     */
    public PpoOptions withWhitening(Optional<Whitening.Options> other) {
        return new PpoOptions(
                surrogate, kl, gae, other, value, entropyCoefficient, missingEosScore, weights, criticRounds);
    }

    /**
     * Replaces the critic's loss.
     *
     * @param loss clip and coefficient
     * @return new options
     */
    public PpoOptions withValue(ValueLoss loss) {
        return new PpoOptions(
                surrogate, kl, gae, whitening, loss, entropyCoefficient, missingEosScore, weights, criticRounds);
    }

    /**
     * Replaces what entropy is worth.
     *
     * @param coefficient 0 = nothing
     * @return new options
     */
    public PpoOptions withEntropyCoefficient(double coefficient) {
        return new PpoOptions(
                surrogate, kl, gae, whitening, value, coefficient, missingEosScore, weights, criticRounds);
    }

    /**
     * Gives episodes that were cut off a score of their own.
     *
     * @param score in place of what they earned
     * @return new options
     */
    public PpoOptions withMissingEosScore(double score) {
        return new PpoOptions(
                surrogate,
                kl,
                gae,
                whitening,
                value,
                entropyCoefficient,
                OptionalDouble.of(score),
                weights,
                criticRounds);
    }

    /**
     * Replaces how token losses are added up.
     *
     * @param other the weights of tokens
     * @return new options
     */
    public PpoOptions withWeights(RowWeights other) {
        return new PpoOptions(
                surrogate, kl, gae, whitening, value, entropyCoefficient, missingEosScore, other, criticRounds);
    }

    /**
     * Lets the critic learn alone at the beginning.
     *
     * @param rounds how many
     * @return new options
     */
    public PpoOptions withCriticRounds(int rounds) {
        return new PpoOptions(
                surrogate, kl, gae, whitening, value, entropyCoefficient, missingEosScore, weights, rounds);
    }
}
