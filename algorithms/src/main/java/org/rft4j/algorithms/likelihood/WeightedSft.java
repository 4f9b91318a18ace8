package org.rft4j.algorithms.likelihood;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.WindowRows;
import org.rft4j.engine.Check;

/**
 * Fine-tuning in which tokens count by {@link TokenColumn#WEIGHT}: {@code -w log p}. The weights come with the rows, one for each sequence
 * ({@link ExampleNumbers}, {@link ClassConditioning}) or one for each turn ({@link TurnWeights}). C-RLFT and EPO are this loss.
 *
 * <p>With normalised weights the loss is a weighted mean: {@code sum a w l / sum a w} times {@code sum a}, where a is what a token counts without
 * weights. Twice the weights are then the same loss. Otherwise rows of little weight lower the loss, and the step, as a whole.
 *
 * <p>Limits: equal weights of 1, or any equal ones if they are normalised, are {@link Sft}; weights 0 and 1 choose rows, which still count in means
 * unless weights are normalised.
 *
 * <p>Metrics: those of {@link Sft}, without weights, and {@code weight}, the mean over trained tokens.
 */
public final class WeightedSft implements Objective {
    private final Options options;

    /**
     * What it can be told.
     *
     * @param name what logs call it
     * @param weights how token losses become the loss of an optimiser step
     * @param normalised whether the weights of an optimiser step are divided by their mean
     */
    public record Options(String name, RowWeights weights, boolean normalised) {
        /** The mean over tokens of weighted losses. */
        public static final Options DEFAULT = new Options("weighted-sft", new Aggregation.TokenMean(), false);

        /** Checks the name. */
        public Options {
            Check.that(!name.isBlank(), "name", "'" + name + "'", "must not be blank", "use weighted-sft");
        }

        /**
         * Replaces the name.
         *
         * @param other what logs call it
         * @return new options
         */
        public Options named(String other) {
            return new Options(other, weights, normalised);
        }

        /**
         * Replaces how token losses are added up.
         *
         * @param other the weights of tokens
         * @return new options
         */
        public Options withWeights(RowWeights other) {
            return new Options(name, other, normalised);
        }

        /**
         * Divides the weights of each optimiser step by their mean.
         *
         * @return new options
         */
        public Options withNormalisedWeights() {
            return new Options(name, weights, true);
        }
    }

    /**
     * Weighted fine-tuning.
     *
     * @param options what it is told
     */
    public WeightedSft(Options options) {
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
    public boolean isSilent(Map<TokenColumn, float[]> columns, boolean[] trained) {
        return Likelihood.isZero(columns, TokenColumn.WEIGHT, trained);
    }

    @Override
    public Map<TokenColumn, float[][]> window(WindowRows rows) {
        float[][] given = rows.columns().get(TokenColumn.WEIGHT);
        if (!options.normalised() || given == null) {
            return Map.of();
        }
        double mean = mean(rows, given);
        Check.that(
                mean > 0,
                "mean weight of an optimiser step",
                mean,
                "must be above 0 where weights are divided by it",
                "leave rows without weight out, make optimiser steps larger, or do not normalise");
        float[][] divided = new float[given.length][];
        for (int row = 0; row < given.length; row++) {
            divided[row] = new float[given[row].length];
            for (int t = 0; t < given[row].length; t++) {
                divided[row][t] = (float) (given[row][t] / mean);
            }
        }
        return Map.of(TokenColumn.WEIGHT, divided);
    }

    private double mean(WindowRows rows, float[][] given) {
        double[] perToken = options.weights().of(Likelihood.lengths(rows));
        double weighted = 0;
        double plain = 0;
        for (int row = 0; row < given.length; row++) {
            for (int t = 0; t < given[row].length; t++) {
                if (rows.trained()[row][t]) {
                    weighted += perToken[row] * given[row][t];
                    plain += perToken[row];
                }
            }
        }
        return weighted / plain;
    }

    @Override
    public LossResult loss(LossInput input) {
        return lossOf(input);
    }

    static LossResult lossOf(LossInput input) {
        NDArray weight = input.column(TokenColumn.WEIGHT);
        LossMetrics metrics = Likelihood.metrics(input).share("weight", input.tokenMean(weight));
        return new LossResult(input.weighted(input.logProbs().neg().mul(weight)), metrics);
    }
}
