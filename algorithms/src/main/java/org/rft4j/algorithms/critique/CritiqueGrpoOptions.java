package org.rft4j.algorithms.critique;

import org.rft4j.algorithms.advantage.GroupRelative;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.algorithms.surrogate.PpoClip;
import org.rft4j.algorithms.surrogate.Surrogate;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.engine.Check;

/**
 * What Critique-GRPO can be told.
 *
 * @param refinementTurn which turn of an episode is the refinement, from 0: 1 where a critic wrote the critique, 2 where the policy wrote it
 *     in a turn of its own
 * @param refinements k, how many of a group are trained at most
 * @param passMark the least reward of a right answer
 * @param combination how they join the group
 * @param advantage what is made of the rewards of the joined group
 * @param surrogate the loss of first answers
 * @param shaping what refinements have in place of a ratio
 * @param entropyCoefficient what the mean entropy is worth, 0 = nothing
 * @param weights how token losses become the loss of an optimiser step
 */
public record CritiqueGrpoOptions(
        int refinementTurn,
        int refinements,
        double passMark,
        Combination combination,
        GroupRelative.Options advantage,
        Surrogate surrogate,
        ShapedLikelihood shaping,
        double entropyCoefficient,
        RowWeights weights) {
    /** Checks the numbers. */
    public CritiqueGrpoOptions {
        Check.that(
                refinementTurn >= 1,
                "refinementTurn",
                refinementTurn,
                "must be at least 1, turn 0 is the first answer",
                "use 1 with a critic, 2 where the policy criticises itself");
        Check.that(refinements >= 0, "refinements", refinements, "must be at least 0", "use 1; 0 is Dr.GRPO");
        Check.that(Double.isFinite(passMark), "passMark", passMark, "must be finite", "use 1 for rewards of 0 and 1");
        Check.that(
                Double.isFinite(entropyCoefficient),
                "entropyCoefficient",
                entropyCoefficient,
                "must be finite",
                "use 0 for none");
    }

    /**
     * Version 6 of the paper: one refinement joins a group that has no right answer; PPO's clip of 0.2 for first answers; gamma 0.1; no
     * deviation, and sums over tokens divided by a constant.
     *
     * @param longestAnswer that constant, the limit of an answer's tokens
     * @return options for a critic's critique
     */
    public static CritiqueGrpoOptions paper(int longestAnswer) {
        return new CritiqueGrpoOptions(
                1,
                1,
                1,
                Combination.UNION_WHERE_ALL_FAIL,
                GroupRelative.Options.drGrpo(),
                PpoClip.of(0.2, 0.2),
                new ShapedLikelihood(0.1),
                0,
                new Aggregation.SequenceMeanTokenSum(longestAnswer));
    }

    /**
     * The released code, as its authors meant it: one refinement replaces the first answer of every group; no clip; an entropy bonus of
     * 0.001; the rest as in the paper.
     *
     * @param longestAnswer the limit of an answer's tokens
     * @return options for a critic's critique
     */
    public static CritiqueGrpoOptions released(int longestAnswer) {
        return paper(longestAnswer)
                .withCombination(Combination.REPLACE, 1)
                .withSurrogate(PpoClip.UNCLIPPED)
                .withEntropyCoefficient(0.001);
    }

    /**
     * Says where the refinement is.
     *
     * @param turn from 0
     * @return new options
     */
    public CritiqueGrpoOptions withRefinementTurn(int turn) {
        return new CritiqueGrpoOptions(
                turn, refinements, passMark, combination, advantage, surrogate, shaping, entropyCoefficient, weights);
    }

    /**
     * Replaces the pass mark.
     *
     * @param mark the least reward of a right answer
     * @return new options
     */
    public CritiqueGrpoOptions withPassMark(double mark) {
        return new CritiqueGrpoOptions(
                refinementTurn,
                refinements,
                mark,
                combination,
                advantage,
                surrogate,
                shaping,
                entropyCoefficient,
                weights);
    }

    /**
     * Replaces how refinements join the group.
     *
     * @param how union or replacement
     * @param most k
     * @return new options
     */
    public CritiqueGrpoOptions withCombination(Combination how, int most) {
        return new CritiqueGrpoOptions(
                refinementTurn, most, passMark, how, advantage, surrogate, shaping, entropyCoefficient, weights);
    }

    /**
     * Replaces the loss of first answers.
     *
     * @param other of single tokens
     * @return new options
     */
    public CritiqueGrpoOptions withSurrogate(Surrogate other) {
        return new CritiqueGrpoOptions(
                refinementTurn,
                refinements,
                passMark,
                combination,
                advantage,
                other,
                shaping,
                entropyCoefficient,
                weights);
    }

    /**
     * Replaces what refinements have in place of a ratio.
     *
     * @param other of single tokens
     * @return new options
     */
    public CritiqueGrpoOptions withShaping(ShapedLikelihood other) {
        return new CritiqueGrpoOptions(
                refinementTurn,
                refinements,
                passMark,
                combination,
                advantage,
                surrogate,
                other,
                entropyCoefficient,
                weights);
    }

    /**
     * Replaces what is made of rewards.
     *
     * @param other such as with a deviation
     * @return new options
     */
    public CritiqueGrpoOptions withAdvantage(GroupRelative.Options other) {
        return new CritiqueGrpoOptions(
                refinementTurn,
                refinements,
                passMark,
                combination,
                other,
                surrogate,
                shaping,
                entropyCoefficient,
                weights);
    }

    /**
     * Replaces what entropy is worth.
     *
     * @param coefficient 0 = nothing
     * @return new options
     */
    public CritiqueGrpoOptions withEntropyCoefficient(double coefficient) {
        return new CritiqueGrpoOptions(
                refinementTurn,
                refinements,
                passMark,
                combination,
                advantage,
                surrogate,
                shaping,
                coefficient,
                weights);
    }

    /**
     * Replaces how token losses are added up.
     *
     * @param other the weights of tokens
     * @return new options
     */
    public CritiqueGrpoOptions withWeights(RowWeights other) {
        return new CritiqueGrpoOptions(
                refinementTurn,
                refinements,
                passMark,
                combination,
                advantage,
                surrogate,
                shaping,
                entropyCoefficient,
                other);
    }
}
