package org.rft4j.algorithms.likelihood;

import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.engine.Check;

/**
 * Supervised fine-tuning: the cross-entropy {@code -log p} of each trained token. By default it is their mean over the optimiser step, as in TRL
 * 1.16.0 ({@code loss_type} "nll", of which "chunked_nll" is an older name): long answers count more than
 * short ones. RAFT and expert iteration are this loss on answers that were chosen among samples.
 *
 * <p>Metrics: {@code nll_loss}, whose exponential is the perplexity, and {@code token_probability}, both over trained tokens. TRL's
 * {@code mean_token_accuracy} is not told: it asks whether a token is the likeliest of all, which log-probs of the tokens alone do not say.
 * {@code entropy} is told where the plan asks for it.
 */
public final class Sft implements Objective {
    private final Options options;

    /**
     * What fine-tuning can be told.
     *
     * @param name what logs call it
     * @param weights how token losses become the loss of an optimiser step
     */
    public record Options(String name, RowWeights weights) {
        /** The mean over tokens. */
        public static final Options DEFAULT = new Options("sft", new Aggregation.TokenMean());

        /** Checks the name. */
        public Options {
            Check.that(!name.isBlank(), "name", "'" + name + "'", "must not be blank", "use sft");
        }

        /**
         * Replaces how token losses are added up.
         *
         * @param other the weights of tokens
         * @return new options
         */
        public Options withWeights(RowWeights other) {
            return new Options(name, other);
        }
    }

    /**
     * Supervised fine-tuning.
     *
     * @param options what it is told
     */
    public Sft(Options options) {
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
        return options.name();
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
        return new LossResult(input.weighted(input.logProbs().neg()), Likelihood.metrics(input));
    }
}
