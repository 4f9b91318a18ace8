package org.rft4j.algorithms.rewardmodel;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.engine.Check;

/**
 * A model of rewards learns that the chosen text is worth more than the rejected one. With the rewards r_c and r_r of a pair and its margin m:
 *
 * <pre>  loss = mean over pairs of -log sigma(r_c - r_r - m) + centring (r_c + r_r)^2</pre>
 *
 * Bradley and Terry 1952; the margin is that of Llama 2 (arXiv 2307.09288, eq. 2), the centring that of "Helping or Herding?" (arXiv
 * 2312.09244). TRL's {@code RewardTrainer} is followed; OpenRLHF's {@code PairWiseLoss} is the same without centring, and its {@code
 * LogExpLoss}, {@code log(1 + exp(r_r - r_c))}, the same number without margin and centring, which overflows where this does not.
 *
 * <p>Rows are pairs, [chosen, rejected], of which the last token alone is trained; {@code ExampleRows.preferences} arranges them, with an encoder that trains {@code
 * TrainedTokens.LAST}. The margin is the
 * column {@link TokenColumn#MARGIN} where the rows have it, and 0 where they do not.
 *
 * <p>Differences from TRL:
 *
 * <ol>
 *   <li>{@link LabelNoise}, which neither TRL nor OpenRLHF has for reward models.
 *   <li>Minimum and maximum are those of the optimiser step, not means over micro-batches of their minima and maxima.
 * </ol>
 *
 * <p>A pair of equal texts has the loss log 2 and no gradient but that of the centring. Only differences of rewards matter without centring, so
 * that their level is free.
 *
 * <p>Metrics, as TRL calls them: {@code accuracy}, the share of pairs whose chosen text is worth more, margin aside; {@code margin}, the mean of
 * r_c - r_r; {@code min_reward}, {@code mean_reward}, {@code max_reward} over all texts.
 *
 * @param options what it is told
 */
public record BradleyTerry(Options options) implements Objective {
    /**
     * What it can be told.
     *
     * @param centring what the squared sum of a pair's rewards weighs; TRL advises 0.01, and takes 0 unless told
     * @param noise how far labels are trusted
     */
    public record Options(double centring, LabelNoise noise) {
        /** Neither centring nor noise. */
        public static final Options DEFAULT = new Options(0, new LabelNoise.Trusted());

        /** Checks the weight. */
        public Options {
            Check.that(
                    centring >= 0 && Double.isFinite(centring),
                    "centring",
                    centring,
                    "must be finite and at least 0",
                    "use 0.01, or 0 for none");
        }

        /**
         * The same with other centring.
         *
         * @param weight of the squared sum of a pair's rewards
         * @return new options
         */
        public Options withCentring(double weight) {
            return new Options(weight, noise);
        }

        /**
         * The same with other labels.
         *
         * @param labels how far they are trusted
         * @return new options
         */
        public Options withNoise(LabelNoise labels) {
            return new Options(centring, labels);
        }
    }

    @Override
    public String name() {
        return "bradley-terry";
    }

    @Override
    public Needs needs() {
        return Needs.NOTHING_MORE;
    }

    /** Not used: the loss is a mean over pairs. */
    @Override
    public RowWeights weights() {
        return new Aggregation.SequenceMeanTokenSum(1);
    }

    @Override
    public LossResult loss(LossInput input) {
        requirePairs(input.units());
        NDArray rewards = input.sequenceSums(input.requireValues()); // [B], each trained at one token
        NDArray chosen = side(rewards, 0); // [B/2]
        NDArray rejected = side(rewards, 1);
        NDArray distance = chosen.sub(rejected);
        NDArray perPair = ranking(input, distance);
        if (options.centring() > 0) {
            perPair = perPair.add(chosen.add(rejected).square().mul(options.centring()));
        }
        return new LossResult(input.unitMean(perPair), metrics(input, rewards, distance));
    }

    private NDArray ranking(LossInput input, NDArray distance) {
        NDArray margin =
                input.has(TokenColumn.MARGIN) ? side(input.ofSequence(TokenColumn.MARGIN), 0) : distance.zerosLike();
        NDArray asGiven = Activation.softPlus(margin.sub(distance)); // -log sigma(d - m)
        LabelNoise noise = options.noise();
        if (noise.swapped() == 0) {
            return asGiven.mul(noise.given());
        }
        NDArray exchanged = Activation.softPlus(margin.add(distance)); // -log sigma(-d - m)
        return asGiven.mul(noise.given()).add(exchanged.mul(noise.swapped()));
    }

    private static LossMetrics metrics(LossInput input, NDArray rewards, NDArray distance) {
        NDArray constant = distance.stopGradient();
        NDArray right = constant.gt(0).toType(constant.getDataType(), false);
        LossMetrics metrics =
                new LossMetrics().share("accuracy", input.unitMean(right)).share("margin", input.unitMean(constant));
        return RewardMetrics.tell(metrics, input, rewards);
    }

    private static NDArray side(NDArray ofRows, long side) {
        return ofRows.reshape(-1, 2).get(":, {}", side);
    }

    private static void requirePairs(int[] units) {
        for (int row = 0; row < units.length; row++) {
            boolean inPlace = row % 2 == 0 ? row == 0 || units[row] != units[row - 1] : units[row] == units[row - 1];
            Check.that(
                    inPlace && units.length % 2 == 0,
                    "unit of row " + row + " of a micro-batch",
                    units[row],
                    "must be that of one other row: the chosen text, then the rejected one",
                    "arrange preferences with ExampleRows.preferences(...)");
        }
    }
}
