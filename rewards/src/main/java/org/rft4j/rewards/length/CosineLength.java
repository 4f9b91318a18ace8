package org.rft4j.rewards.length;

import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;

/**
 * An outcome scaled by length along half a cosine: among right answers the short ones earn most, among wrong ones the long ones lose
 * least, so that the policy thinks longer where it fails. Not applicable where the outcome is not.
 *
 * <p>"Demystifying Long Chain-of-Thought Reasoning in LLMs" (arXiv 2502.03373), with the released code's margin: an answer within
 * {@link Options#margin} of the limit counts as exceeding it, right or wrong.
 *
 * @param outcome right from {@link Options#rightFrom} on
 * @param options the ends of both cosines
 */
public record CosineLength(Reward outcome, Options options) implements Reward {
    /**
     * Options.
     *
     * @param unit what lengths are counted in
     * @param limit the longest answer
     * @param margin before the limit, where an answer already exceeds it
     * @param rightShort a right answer of length 0
     * @param rightLong a right answer of the limit's length
     * @param wrongShort a wrong answer of length 0
     * @param wrongLong a wrong answer of the limit's length
     * @param exceeding an answer that exceeds the limit
     * @param rightFrom the outcome's value from which on an answer is right
     */
    public record Options(
            LengthUnit unit,
            int limit,
            int margin,
            double rightShort,
            double rightLong,
            double wrongShort,
            double wrongLong,
            double exceeding,
            double rightFrom) {
        /** Checks the lengths. */
        public Options {
            Check.that(limit > 0, "limit", limit, "must be positive", "use the most new tokens of the sampler");
            Check.that(
                    margin >= 0 && margin < limit,
                    "margin",
                    margin,
                    "must be at least 0 and below the limit " + limit,
                    "use 16, or 0 for none");
        }

        /**
         * The values of the paper's scripts.
         *
         * @param limit the longest answer in tokens
         * @return right 2 to 1, wrong -10 to 0, exceeding -10
         */
        public static Options paper(int limit) {
            return new Options(LengthUnit.TOKENS, limit, 16, 2, 1, -10, 0, -10, 1);
        }
    }

    @Override
    public Score score(RewardSample sample) throws Exception {
        Score said = outcome.score(sample);
        if (!said.applicable()) {
            return said;
        }
        int length = options.unit().of(sample);
        return said.withValue(value(said.value() >= options.rightFrom(), length))
                .withComponent("outcome", said.value())
                .withComponent("length", length);
    }

    private double value(boolean right, int length) {
        if (length + options.margin() >= options.limit()) {
            return options.exceeding();
        }
        double atStart = right ? options.rightShort() : options.wrongShort();
        double atLimit = right ? options.rightLong() : options.wrongLong();
        return atLimit + 0.5 * (atStart - atLimit) * (1 + Math.cos(Math.PI * length / options.limit()));
    }

    @Override
    public String name() {
        return "cosineLength";
    }
}
