package org.rft4j.algorithms.aggregation;

import java.util.function.IntToDoubleFunction;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.WindowTotals;
import org.rft4j.engine.Check;

/**
 * How the losses l of trained tokens become one number. All counts are those of the whole optimiser step, never of a micro-batch, so that
 * the loss does not depend on how the step was split.
 *
 * <p>Differences from verl and TRL: B counts sequences with a trained token. verl and TRL count sequences that were masked as a whole too,
 * which lowers the loss of the others; with a constant C that can be undone there and here.
 */
public sealed interface Aggregation extends RowWeights {
    /**
     * {@code sum l / sum m}: every token counts the same. DAPO; verl's {@code token-mean}; TRL's {@code dapo}, and its {@code bnpo}, which
     * takes the sums over a micro-batch and thereby depends on the split.
     */
    record TokenMean() implements Aggregation {
        @Override
        public double[] of(int[] trainedTokens) {
            double weight = 1.0 / Math.max(1, WindowTotals.of(trainedTokens).tokens());
            return weights(trainedTokens, tokens -> weight);
        }
    }

    /** {@code mean_i (sum_t l / sum_t m)}: every sequence counts the same. GRPO; verl's {@code seq-mean-token-mean}. */
    record SequenceMeanTokenMean() implements Aggregation {
        @Override
        public double[] of(int[] trainedTokens) {
            double rows = Math.max(1, WindowTotals.of(trainedTokens).rows());
            return weights(trainedTokens, tokens -> 1 / (rows * tokens));
        }
    }

    /**
     * {@code mean_i (sum_t l) / C}. C = 1 is REINFORCE on whole sequences, verl's {@code seq-mean-token-sum}. With the limit of generated
     * tokens as C it is Dr.GRPO as its authors' code has it, and verl's {@code seq-mean-token-sum-norm} since August 2026.
     *
     * @param constant C
     */
    record SequenceMeanTokenSum(double constant) implements Aggregation {
        /** Checks the constant. */
        public SequenceMeanTokenSum {
            requireConstant(constant);
        }

        @Override
        public double[] of(int[] trainedTokens) {
            double weight =
                    1 / (constant * Math.max(1, WindowTotals.of(trainedTokens).rows()));
            return weights(trainedTokens, tokens -> weight);
        }
    }

    /**
     * {@code sum l / C}: the loss grows with the number of sequences. NFT's released code (C = 1000); verl's
     * {@code seq-mean-token-sum-norm} until January 2026, whatever its name says.
     *
     * @param constant C
     */
    record TokenSum(double constant) implements Aggregation {
        /** Checks the constant. */
        public TokenSum {
            requireConstant(constant);
        }

        @Override
        public double[] of(int[] trainedTokens) {
            return weights(trainedTokens, tokens -> 1 / constant);
        }
    }

    private static void requireConstant(double constant) {
        Check.that(
                constant > 0 && constant < Double.POSITIVE_INFINITY,
                "constant of an aggregation",
                constant,
                "must be finite and above 0",
                "use the limit of generated tokens, or 1 for none");
    }

    private static double[] weights(int[] trainedTokens, IntToDoubleFunction weight) {
        double[] weights = new double[trainedTokens.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = trainedTokens[i] == 0 ? 0 : weight.applyAsDouble(trainedTokens[i]);
        }
        return weights;
    }
}
