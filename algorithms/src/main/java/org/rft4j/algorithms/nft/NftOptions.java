package org.rft4j.algorithms.nft;

import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.engine.Check;

/**
 * What NFT can be told.
 *
 * @param passMark the least reward of a right answer
 * @param leastPassRate the share of right answers is taken to be at least this, and at most 1 minus this
 * @param questionWeight how much a question counts
 * @param negativeWeight nu, how much the loss of wrong answers counts: 1 is NFT, 0 trains on right answers alone
 * @param floor epsilon, the least value of a wrong answer's implicit ratio
 * @param ratio whether tokens or whole answers are compared
 * @param weights how token losses become the loss of an optimiser step
 */
public record NftOptions(
        double passMark,
        double leastPassRate,
        QuestionWeight questionWeight,
        double negativeWeight,
        double floor,
        NftRatio ratio,
        RowWeights weights) {
    /** Checks the numbers. */
    public NftOptions {
        Check.that(Double.isFinite(passMark), "passMark", passMark, "must be finite", "use 1 for rewards of 0 and 1");
        Check.that(
                leastPassRate > 0 && leastPassRate < 0.5,
                "leastPassRate",
                leastPassRate,
                "must be above 0 and below 0.5",
                "use 0.02");
        Check.that(
                negativeWeight >= 0 && Double.isFinite(negativeWeight),
                "negativeWeight",
                negativeWeight,
                "must be finite and at least 0",
                "use 1; what the released code does with -1 is DAPO, which is an algorithm of its own");
        Check.that(
                floor > 0 && Double.isFinite(floor),
                "floor",
                floor,
                "must be finite and above 0",
                "use 1; 0.5 lets the loss of wrong answers show more of their ratio");
    }

    /** The paper's: tokens, {@code 1 - q}, nu 1, epsilon 1, and the sum of all token losses divided by 1000. */
    public static final NftOptions DEFAULT =
            new NftOptions(1, 0.02, QuestionWeight.FAILURE_RATE, 1, 1, NftRatio.TOKEN, new Aggregation.TokenSum(1000));

    /**
     * Replaces the pass mark.
     *
     * @param mark the least reward of a right answer
     * @return new options
     */
    public NftOptions withPassMark(double mark) {
        return new NftOptions(mark, leastPassRate, questionWeight, negativeWeight, floor, ratio, weights);
    }

    /**
     * Replaces how much a question counts.
     *
     * @param weight by its share of right answers
     * @return new options
     */
    public NftOptions withQuestionWeight(QuestionWeight weight) {
        return new NftOptions(passMark, leastPassRate, weight, negativeWeight, floor, ratio, weights);
    }

    /**
     * Replaces how wrong answers count.
     *
     * @param weight nu
     * @param least epsilon
     * @return new options
     */
    public NftOptions withNegatives(double weight, double least) {
        return new NftOptions(passMark, leastPassRate, questionWeight, weight, least, ratio, weights);
    }

    /**
     * Replaces what is compared.
     *
     * @param compared tokens or answers
     * @return new options
     */
    public NftOptions withRatio(NftRatio compared) {
        return new NftOptions(passMark, leastPassRate, questionWeight, negativeWeight, floor, compared, weights);
    }

    /**
     * Replaces how token losses are added up.
     *
     * @param other the weights of tokens
     * @return new options
     */
    public NftOptions withWeights(RowWeights other) {
        return new NftOptions(passMark, leastPassRate, questionWeight, negativeWeight, floor, ratio, other);
    }
}
