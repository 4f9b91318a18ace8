package org.rft4j.algorithms.likelihood;

import ai.djl.ndarray.NDArray;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.engine.Check;
import org.rft4j.engine.kernels.Divergence;

/**
 * SuperHF (arXiv 2310.16763): fine-tuning on the best of many samples, held near a reference: {@code CE + coefficient sum_i max(0, KL_i)}, where
 * KL_i is the mean over the trained tokens of sequence i of a divergence over the whole vocabulary. The cross-entropy is a mean over tokens, the
 * divergence a sum over the sequences of the optimiser step, so that larger steps hold more tightly: the paper's have one sequence.
 *
 * <p>Follows the released code (openfeedback/superhf), in which the divergence is KL(ref||pi), that of {@link Divergence#forwardKl}, on the chosen
 * samples, and the reference is the model without its adapter. Differences: the code masks logits that are not shifted, so that its divergence lies one
 * position further on; its optional {@code c / loss} against a collapse of entropy is not offered, as it cannot be split into micro-batches.
 *
 * <p>Limits: coefficient 0 is {@link Sft} on the best of n.
 *
 * <p>Metrics: those of {@link Sft} and {@code kl}, the mean of KL_i over sequences.
 */
public final class SuperHf implements Objective {
    private final Options options;

    /**
     * What it can be told.
     *
     * @param klCoefficient what the divergence costs
     * @param divergence which one
     * @param weights how token losses become the cross-entropy of an optimiser step
     */
    public record Options(double klCoefficient, Divergence divergence, RowWeights weights) {
        /** 0.23 times KL(ref||pi), and the mean over tokens. */
        public static final Options DEFAULT = new Options(0.23, Divergence.forwardKl(), new Aggregation.TokenMean());

        /** Checks the number. */
        public Options {
            Check.that(
                    klCoefficient >= 0 && klCoefficient < Double.POSITIVE_INFINITY,
                    "klCoefficient",
                    klCoefficient,
                    "must be finite and at least 0",
                    "use 0.23; for none use Sft, which runs no reference");
        }

        /**
         * Replaces the divergence.
         *
         * @param coefficient what it costs
         * @param which which one
         * @return new options
         */
        public Options withDivergence(double coefficient, Divergence which) {
            return new Options(coefficient, which, weights);
        }

        /**
         * Replaces how token losses are added up.
         *
         * @param other the weights of tokens
         * @return new options
         */
        public Options withWeights(RowWeights other) {
            return new Options(klCoefficient, divergence, other);
        }
    }

    /**
     * SuperHF.
     *
     * @param options what it is told
     */
    public SuperHf(Options options) {
        this.options = options;
    }

    /**
     * What it was told.
     *
     * @return the options
     */
    public Options options() {
        return options;
    }

    @Override
    public String name() {
        return "superhf";
    }

    @Override
    public Needs needs() {
        return Needs.NOTHING_MORE.withDivergence(options.divergence());
    }

    @Override
    public RowWeights weights() {
        return options.weights();
    }

    @Override
    public LossResult loss(LossInput input) {
        NDArray mean = input.sequenceSums(input.requireDivergences())
                .div(input.sequenceLengths().maximum(1));
        // A divergence that rounding made negative pulls in no direction.
        NDArray above = mean.stopGradient().gt(0).toType(mean.getDataType(), false);
        NDArray penalty = mean.mul(above).sum().mul(options.klCoefficient());
        return new LossResult(
                input.weighted(input.logProbs().neg()).add(penalty),
                Likelihood.metrics(input).share("kl", Likelihood.rowMean(input, mean.stopGradient())));
    }
}
