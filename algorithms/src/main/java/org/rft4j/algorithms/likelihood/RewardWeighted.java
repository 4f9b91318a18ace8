package org.rft4j.algorithms.likelihood;

import java.util.Arrays;
import java.util.Map;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.WindowRows;
import org.rft4j.engine.Check;

/**
 * Reward-weighted regression: fine-tuning in which a sequence counts by {@code w = exp(r / temperature)} of its {@link TokenColumn#REWARD},
 * clamped. It is what KL-regularised RL at that temperature converges to if the sequences are the reference's own. With advantages in place of
 * rewards it is advantage-weighted regression.
 *
 * <p>The default is that of the code of "Preference fine-tuning of LLMs should leverage suboptimal, on-policy data" ({@code reweighted_bc}):
 * temperature 1, no clamp, and the mean over all tokens of the optimiser step of {@code -w log p}, so that a token counts by w and large rewards make
 * larger steps. {@link WeightScale} divides weights by their mean. That code also has a sigmoid in place of the exponential, which is
 * {@link WeightedSft} with such weights.
 *
 * <p>Limits: an infinite temperature is {@link Sft}. With {@link WeightScale#UNIT} and every sequence counting the same, temperature 0 is
 * fine-tuning on the best of each unit.
 *
 * <p>Metrics: those of {@link WeightedSft}.
 */
public final class RewardWeighted implements Objective {
    private final RewardWeightedOptions options;

    /**
     * Reward-weighted regression.
     *
     * @param options what it is told
     */
    public RewardWeighted(RewardWeightedOptions options) {
        this.options = options;
    }

    /**
     * What it was told.
     *
     * @return the options
     */
    public RewardWeightedOptions options() {
        return options;
    }

    /**
     * The weights of rows.
     *
     * @param rewards of each row of an optimiser step
     * @param units which unit each belongs to
     * @param options temperature, clamp and scale
     * @return one for each row
     */
    public static double[] weightsOf(double[] rewards, int[] units, RewardWeightedOptions options) {
        double least = Math.log(options.smallestWeight());
        double most = Math.log(options.largestWeight());
        double[] logarithms = Arrays.stream(rewards)
                .map(reward -> Math.max(least, Math.min(most, reward / options.temperature())))
                .toArray();
        double[] weights = options.scale().scaled(logarithms, units);
        for (int row = 0; row < weights.length; row++) {
            Check.that(
                    Float.isFinite((float) weights[row]),
                    "weight of a row with the reward " + rewards[row],
                    weights[row],
                    "must be finite in fp32",
                    "raise the temperature, clamp weights, or divide them by their mean");
        }
        return weights;
    }

    @Override
    public String name() {
        return "reward-weighted";
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
        double[] rewards = Likelihood.ofRows(rows, TokenColumn.REWARD);
        return Map.of(TokenColumn.WEIGHT, Likelihood.spread(rows, weightsOf(rewards, rows.units(), options)));
    }

    @Override
    public LossResult loss(LossInput input) {
        return WeightedSft.lossOf(input);
    }
}
