package org.rft4j.algorithms.likelihood;

import ai.djl.ndarray.NDArray;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;

/**
 * Dynamic fine-tuning (arXiv 2508.05629): the cross-entropy of each token times its probability, which is a constant in the gradient:
 * {@code -sg(p) log p}. Tokens that the model finds unlikely pull less, which undoes the factor 1/p that the gradient of log p brings. The mean over
 * the trained tokens of the optimiser step, as in TRL 1.16.0 ({@code loss_type} "dft").
 *
 * <p>Metrics: those of {@link Sft}; {@code loss} is the weighted one and falls below {@code nll_loss}.
 */
public final class Dft implements Objective {
    private final Options options;

    /**
     * What it can be told.
     *
     * @param weights how token losses become the loss of an optimiser step
     */
    public record Options(RowWeights weights) {
        /** The mean over tokens. */
        public static final Options DEFAULT = new Options(new Aggregation.TokenMean());
    }

    /**
     * Dynamic fine-tuning.
     *
     * @param options what it is told
     */
    public Dft(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "dft";
    }

    @Override
    public Needs needs() {
        return Needs.NOTHING_MORE;
    }

    @Override
    public RowWeights weights() {
        return options.weights();
    }

    @Override
    public LossResult loss(LossInput input) {
        NDArray probabilities = input.logProbs().stopGradient().exp();
        return new LossResult(input.weighted(input.logProbs().neg().mul(probabilities)), Likelihood.metrics(input));
    }
}
