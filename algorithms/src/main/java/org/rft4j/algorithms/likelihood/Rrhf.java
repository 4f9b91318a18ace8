package org.rft4j.algorithms.likelihood;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashMap;
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
 * RRHF (arXiv 2304.05302): candidates of a prompt are ranked by their own likelihood, and the ranking is pulled towards that of their rewards. The
 * rows of a unit are the candidates of a prompt, each with its {@link TokenColumn#REWARD}.
 *
 * <p>A candidate's score is {@code p = sum_t log p_t / length^exponent}. For each pair of a unit with {@code r_i < r_j} the loss has
 * {@code max(0, p_i - p_j)}: a sum over pairs, without a margin. To {@code weight} times that comes the mean cross-entropy of the candidate
 * with the highest reward, the first of several. The loss is the mean over units. Each unit counts the same, whatever its number of candidates.
 *
 * <p>Differences from the released code (GanjinZero/RRHF), whose batches are single prompts:
 *
 * <ol>
 *   <li>Lengths are the candidates' own, see {@link RrhfLength}.
 *   <li>Its weight is 1 in its script and 100 where none is given; here it is 1.
 * </ol>
 *
 * <p>Limits: one candidate is {@link Sft} with the mean over sequences of their means; equal rewards leave the cross-entropy of the first alone.
 *
 * <p>Metrics, means over units: {@code nll_loss} of the best, {@code rrhf/rank_loss}, {@code rrhf/violated_pairs}, a number of pairs.
 */
public final class Rrhf implements Objective {
    /** 1 at the candidate that is learned, 0 at others. */
    static final TokenColumn BEST = new TokenColumn("rrhf_best");

    /** What sums of log-probs are divided by. */
    static final TokenColumn LENGTH = new TokenColumn("rrhf_length");

    private final Options options;

    /**
     * What it can be told.
     *
     * @param weight of the ranking
     * @param lengthExponent 1 ranks by means over tokens, 0 by sums
     * @param length what counts as a candidate's length
     */
    public record Options(double weight, double lengthExponent, RrhfLength length) {
        /** Weight 1 and means over a candidate's own tokens. */
        public static final Options DEFAULT = new Options(1, 1, RrhfLength.OWN);

        /** Checks the numbers. */
        public Options {
            Check.that(
                    weight >= 0 && weight < Double.POSITIVE_INFINITY,
                    "weight of the ranking",
                    weight,
                    "must be finite and at least 0",
                    "use 1");
            Check.that(
                    Double.isFinite(lengthExponent),
                    "lengthExponent",
                    lengthExponent,
                    "must be finite",
                    "use 1 for means and 0 for sums");
        }

        /**
         * Replaces the weight.
         *
         * @param other of the ranking
         * @return new options
         */
        public Options withWeight(double other) {
            return new Options(other, lengthExponent, length);
        }

        /**
         * Replaces how lengths enter.
         *
         * @param exponent 1 ranks by means over tokens, 0 by sums
         * @param counted what counts as a candidate's length
         * @return new options
         */
        public Options withLength(double exponent, RrhfLength counted) {
            return new Options(weight, exponent, counted);
        }
    }

    /**
     * RRHF.
     *
     * @param options what it is told
     */
    public Rrhf(Options options) {
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
        return "rrhf";
    }

    @Override
    public Needs needs() {
        return Needs.NOTHING_MORE;
    }

    @Override
    public RowWeights weights() {
        return new Aggregation.SequenceMeanTokenMean();
    }

    @Override
    public Map<TokenColumn, float[][]> window(WindowRows rows) {
        double[] rewards = Likelihood.ofRows(rows, TokenColumn.REWARD);
        int[] whole = Arrays.stream(rows.trained()).mapToInt(row -> row.length).toArray();
        double[] lengths = options.length().of(Likelihood.lengths(rows), whole, rows.units());
        return Map.of(
                BEST, Likelihood.spread(rows, best(rewards, rows.units())),
                LENGTH, Likelihood.spread(rows, lengths));
    }

    private static double[] best(double[] rewards, int[] units) {
        Map<Integer, Integer> of = new HashMap<>();
        for (int row = 0; row < units.length; row++) {
            of.merge(units[row], row, (before, now) -> rewards[now] > rewards[before] ? now : before);
        }
        double[] best = new double[units.length];
        of.values().forEach(row -> best[row] = 1);
        return best;
    }

    @Override
    public LossResult loss(LossInput input) {
        NDArray sums = input.sequenceSums(input.logProbs()); // [B]
        NDArray lengths = input.ofSequence(LENGTH);
        NDArray scores = sums.div(lengths.pow(options.lengthExponent()));
        NDArray ahead = scores.expandDims(1).sub(scores.expandDims(0)); // [B,B], p_i - p_j
        NDArray violated = wrongOrder(input, ahead.stopGradient());
        NDArray rank = input.unitMean(ahead.mul(violated));
        NDArray likelihood = input.unitMean(sums.neg().div(lengths).mul(input.ofSequence(BEST)));
        LossMetrics metrics = new LossMetrics()
                .share("nll_loss", likelihood)
                .share("rrhf/rank_loss", rank)
                .share("rrhf/violated_pairs", input.unitMean(violated));
        return new LossResult(rank.mul(options.weight()).add(likelihood), metrics);
    }

    /** [B,B], 1 where both are of a unit, j has the higher reward, and i the higher score. */
    private static NDArray wrongOrder(LossInput input, NDArray ahead) {
        NDArray rewards = input.ofSequence(TokenColumn.REWARD);
        NDArray higher = rewards.expandDims(0).gt(rewards.expandDims(1));
        return higher.logicalAnd(ahead.gt(0)).toType(ahead.getDataType(), false).mul(sameUnit(input, ahead));
    }

    private static NDArray sameUnit(LossInput input, NDArray like) {
        int[] units = input.units();
        float[] same = new float[units.length * units.length];
        for (int i = 0; i < units.length; i++) {
            for (int j = 0; j < units.length; j++) {
                same[i * units.length + j] = units[i] == units[j] ? 1 : 0;
            }
        }
        return like.getManager()
                .create(same, new Shape(units.length, units.length))
                .toType(like.getDataType(), false);
    }
}
