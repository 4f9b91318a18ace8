package org.rft4j.algorithms.unpaired;

import ai.djl.ndarray.NDArray;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.IntStream;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.algorithms.logistic.Logistic;
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
 * AOT: the distribution of chosen answers' rewards is to dominate that of rejected ones, rank by rank, which in one dimension is what
 * optimal transport compares.
 *
 * <p>"Distributional Preference Alignment of LLMs via Optimal Transport" (arXiv 2406.05882), with the hard sort and the logistic loss of
 * TRL's {@code aot} and {@code aot_unpaired}:
 *
 * <pre>  d_k = a_(k) - b_(k),   a and b sorted over all pairs of the optimiser step
 *  loss = mean over k of -(1 - epsilon) log sigmoid(beta d_k) - epsilon log sigmoid(-beta d_k)</pre>
 *
 * <p>Differences:
 *
 * <ol>
 *   <li>TRL sorts a micro-batch, so that its loss depends on the split; here ranks are those of the whole optimiser step, found in a pass
 *       before it. Larger steps are therefore another, better, estimate, and steps of one pair are DPO with label smoothing.
 *   <li>Equal numbers keep the order of their rows.
 *   <li>The paper's unpaired data may have other numbers of chosen and rejected answers; here, as in TRL, both come in pairs.
 * </ol>
 *
 * <p>Rows: units of two, chosen and rejected. Length convention: sums. Reference: {@link TokenColumn#REFERENCE_LOG_PROB}.
 *
 * <p>Metrics: as TRL's DPO, {@code rewards/chosen}, {@code rewards/rejected}, {@code rewards/accuracies}, {@code rewards/margins}, {@code
 * logps/chosen}, {@code logps/rejected}.
 */
public final class Aot implements Objective {
    /** What the row's number of the same rank on the other side is. */
    private static final TokenColumn COUNTERPART = new TokenColumn("aot_counterpart");

    private static final int CHOSEN = 0;
    private static final int REJECTED = 1;

    /** What is sorted. */
    public enum Sorted {
        /** The policy's differences of chosen and rejected log-probs against the reference's: TRL's {@code aot}. */
        MARGINS,
        /** Log-ratios of chosen answers against those of rejected ones: TRL's {@code aot_unpaired}. */
        LOG_RATIOS
    }

    /**
     * What AOT can be told.
     *
     * @param sorted what is sorted
     * @param beta how fast the loss saturates
     * @param labelSmoothing epsilon, from 0 to below 1/2
     */
    public record Options(Sorted sorted, double beta, double labelSmoothing) {
        /** Checks the numbers. */
        public Options {
            Check.that(beta > 0 && Double.isFinite(beta), "beta", beta, "must be finite and above 0", "begin with 0.1");
            Check.that(
                    labelSmoothing >= 0 && labelSmoothing < 0.5,
                    "labelSmoothing",
                    labelSmoothing,
                    "must be at least 0 and below 0.5",
                    "use 0 where labels are right");
        }

        /**
         * TRL's numbers: beta 0.1, no smoothing.
         *
         * @param sorted what is sorted
         * @return the options
         */
        public static Options of(Sorted sorted) {
            return new Options(sorted, 0.1, 0);
        }
    }

    private final Options options;

    /**
     * AOT.
     *
     * @param options what it is told
     */
    public Aot(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return options.sorted() == Sorted.MARGINS ? "aot" : "aot_unpaired";
    }

    @Override
    public Needs needs() {
        return Needs.NOTHING_MORE.withReference(true).withCurrentLogProbs(Needs.CurrentLogProbs.ALL);
    }

    @Override
    public RowWeights weights() {
        return new Aggregation.SequenceMeanTokenSum(1);
    }

    @Override
    public Map<TokenColumn, float[][]> window(WindowRows rows) {
        Units.requireSize(rows.units(), 2, name());
        double[] policy = LogRatios.policySums(rows);
        double[] reference = LogRatios.referenceSums(rows);
        int pairs = policy.length / 2;
        double[][] sides = new double[2][pairs]; // what is sorted against what
        for (int n = 0; n < pairs; n++) {
            double ofPolicy = policy[2 * n] - policy[2 * n + 1];
            double ofReference = reference[2 * n] - reference[2 * n + 1];
            boolean margins = options.sorted() == Sorted.MARGINS;
            sides[0][n] = margins ? ofPolicy : policy[2 * n] - reference[2 * n];
            sides[1][n] = margins ? ofReference : policy[2 * n + 1] - reference[2 * n + 1];
        }
        int[] first = order(sides[0]);
        int[] second = order(sides[1]);
        double[] counterparts = new double[policy.length];
        for (int rank = 0; rank < pairs; rank++) {
            counterparts[2 * first[rank]] = sides[1][second[rank]];
            counterparts[2 * second[rank] + 1] = sides[0][first[rank]];
        }
        return Map.of(COUNTERPART, LogRatios.spread(rows, counterparts));
    }

    /** Which pair has each rank, the smallest first. */
    private static int[] order(double[] values) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(n -> values[n]))
                .mapToInt(n -> n)
                .toArray();
    }

    @Override
    public LossResult loss(LossInput input) {
        Units.requireSize(input.units(), 2, name());
        NDArray counterpart = input.ofSequence(COUNTERPART);
        NDArray ratio = LogRatios.of(input);
        NDArray logProbs = input.sequenceSums(input.logProbs());
        NDArray perPair = options.sorted() == Sorted.MARGINS
                ? smoothed(side(logProbs, CHOSEN).sub(side(logProbs, REJECTED)).sub(side(counterpart, CHOSEN)))
                : bothSides(ratio, counterpart);
        return new LossResult(input.unitMean(perPair), metrics(input, ratio.mul(options.beta()), logProbs));
    }

    /**
     * Each difference of equal ranks is met twice, where its chosen answer is trained and where its rejected one is, and each time the
     * other side is constant: the value counts half, the slope whole.
     */
    private NDArray bothSides(NDArray ratio, NDArray counterpart) {
        NDArray twice = smoothed(side(ratio, CHOSEN).sub(side(counterpart, CHOSEN)))
                .add(smoothed(side(counterpart, REJECTED).sub(side(ratio, REJECTED))));
        return twice.sub(twice.stopGradient().mul(0.5));
    }

    private NDArray smoothed(NDArray difference) {
        return Logistic.smoothed(difference.mul(options.beta()), options.labelSmoothing());
    }

    private static LossMetrics metrics(LossInput input, NDArray rewards, NDArray logProbs) {
        NDArray chosen = side(rewards, CHOSEN);
        NDArray rejected = side(rewards, REJECTED);
        NDArray right = chosen.gt(rejected).toType(rewards.getDataType(), false);
        return new LossMetrics()
                .share("rewards/chosen", input.unitMean(chosen))
                .share("rewards/rejected", input.unitMean(rejected))
                .share("rewards/accuracies", input.unitMean(right))
                .share("rewards/margins", input.unitMean(chosen.sub(rejected)))
                .share("logps/chosen", input.unitMean(side(logProbs, CHOSEN)))
                .share("logps/rejected", input.unitMean(side(logProbs, REJECTED)));
    }

    /** Of [B] the answers of one side, [B/2]. */
    private static NDArray side(NDArray perRow, int which) {
        return perRow.reshape(-1, 2).get(":, {}", which);
    }
}
