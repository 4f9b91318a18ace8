package org.rft4j.core.training;

import java.util.Optional;
import org.rft4j.engine.kernels.Divergence;

/**
 * What an objective wants computed besides log-probs.
 *
 * @param oldLogProbs what the ratio is taken against
 * @param reference whether it uses {@link org.rft4j.core.loss.TokenColumn#REFERENCE_LOG_PROB}
 * @param critic whether it trains a critic
 * @param entropy whether its loss uses entropies
 * @param currentLogProbs of which rows of an optimiser step {@link Objective#window} wants the log-probs under the weights of that moment, which
 *     may take a pass of its own
 * @param squareSums whether its loss uses {@link org.rft4j.core.loss.TokenColumn#LOG_SQUARE_SUM}
 * @param divergence from the reference over the whole vocabulary, if its loss uses one; the reference then runs beside the policy. The policy
 *     is p and the reference q of {@link Divergence}: KL(ref||pi) is {@link Divergence#forwardKl}, KL(pi||ref) {@link Divergence#reverseKl}
 */
public record Needs(
        OldLogProbs oldLogProbs,
        boolean reference,
        boolean critic,
        boolean entropy,
        CurrentLogProbs currentLogProbs,
        boolean squareSums,
        Optional<Divergence> divergence) {
    /** Log-probs and nothing else. */
    public static final Needs NOTHING_MORE =
            new Needs(OldLogProbs.NONE, false, false, false, CurrentLogProbs.NONE, false, Optional.empty());

    /** What a ratio of probabilities is taken against. */
    public enum OldLogProbs {
        /** There is no ratio. */
        NONE,
        /**
         * The weights with which the round began. Where a round is one optimiser step those are the weights that are trained, so that the
         * pass that trains them tells; otherwise they are scored once, before the first step.
         */
        ROUND_START,
        /** The same, scored once before anything is estimated, because the estimate uses them. */
        BEFORE_ESTIMATE,
        /** What the sampler said when it drew the tokens. */
        SAMPLER
    }

    /** Of which rows log-probs are wanted before an optimiser step. */
    public enum CurrentLogProbs {
        /** None. */
        NONE,
        /** Those that are only compared with, see {@link org.rft4j.core.loss.TokenColumn#COMPARED}; others are told as 0. */
        COMPARED,
        /** All. */
        ALL
    }

    /**
     * A loss of log-probs and a ratio.
     *
     * @param oldLogProbs what the ratio is taken against
     * @return nothing else
     */
    public static Needs ratio(OldLogProbs oldLogProbs) {
        return NOTHING_MORE.withOldLogProbs(oldLogProbs);
    }

    /**
     * The same against something else.
     *
     * @param old what the ratio is taken against
     * @return needs with it
     */
    public Needs withOldLogProbs(OldLogProbs old) {
        return new Needs(old, reference, critic, entropy, currentLogProbs, squareSums, divergence);
    }

    /**
     * The same with or without a reference.
     *
     * @param wanted whether it compares with one
     * @return needs with it
     */
    public Needs withReference(boolean wanted) {
        return new Needs(oldLogProbs, wanted, critic, entropy, currentLogProbs, squareSums, divergence);
    }

    /**
     * The same with or without a critic.
     *
     * @param wanted whether it trains one
     * @return needs with it
     */
    public Needs withCritic(boolean wanted) {
        return new Needs(oldLogProbs, reference, wanted, entropy, currentLogProbs, squareSums, divergence);
    }

    /**
     * The same with or without entropies.
     *
     * @param wanted whether the loss uses them
     * @return needs with it
     */
    public Needs withEntropy(boolean wanted) {
        return new Needs(oldLogProbs, reference, critic, wanted, currentLogProbs, squareSums, divergence);
    }

    /**
     * The same with log-probs of this moment.
     *
     * @param ofRows of which rows
     * @return needs with it
     */
    public Needs withCurrentLogProbs(CurrentLogProbs ofRows) {
        return new Needs(oldLogProbs, reference, critic, entropy, ofRows, squareSums, divergence);
    }

    /**
     * The same with or without sums of squared probabilities.
     *
     * @param wanted whether the loss uses them
     * @return needs with it
     */
    public Needs withSquareSums(boolean wanted) {
        return new Needs(oldLogProbs, reference, critic, entropy, currentLogProbs, wanted, divergence);
    }

    /**
     * The same with a divergence from the reference.
     *
     * @param which which one; whoever uses log-probs of the reference too says so with {@link #withReference}
     * @return needs with it
     */
    public Needs withDivergence(Divergence which) {
        return new Needs(oldLogProbs, reference, critic, entropy, currentLogProbs, squareSums, Optional.of(which));
    }

    /**
     * Whether there must be a reference.
     *
     * @return true if its log-probs or a divergence from it are used
     */
    public boolean compares() {
        return reference || divergence.isPresent();
    }
}
