package org.rft4j.algorithms.unpaired;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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
 * BCO: a classifier of labelled answers whose logit is the implicit reward, less what rewards have been on average so far.
 *
 * <p>"Binary Classifier Optimization for Large Language Model Alignment" (arXiv 2404.04656), as TRL 0.24 has it, the last version that
 * does. With {@code r = beta (log p - log p_ref)}, sums over the answer:
 *
 * <pre>  desirable: -w log sigmoid(r - delta)      undesirable: -w log sigmoid(delta - r)
 *  delta = mean of r over all answers of the run so far, those of this step included, without gradient</pre>
 *
 * and the mean over all answers; w is 1, or {@link TokenColumn#WEIGHT} where rows have one. TRL's matching of distributions is a weight
 * of {@code clamp(p / (1 - p), 0.5, 10)} on undesirable answers, with p what a classifier of prompts says of being desirable.
 *
 * <p>Differences:
 *
 * <ol>
 *   <li>TRL moves delta at each micro-batch, and so an answer's delta depends on the split; here it moves once for each optimiser step,
 *       before it, which takes a pass of its own. {@link Delta#AFTER_USE} saves that pass: an answer meets the delta of earlier steps.
 *   <li>A step that is skipped because its gradient is not finite does not move delta.
 * </ol>
 *
 * <p>Rows: one per answer, each its own unit, with {@link TokenColumn#LABEL}, see {@link UnpairedRows}. Length convention: sums.
 * Reference: {@link TokenColumn#REFERENCE_LOG_PROB}. Its state is delta and of how many answers it is the mean.
 *
 * <p>Limits: one desirable and one undesirable answer and delta 0 give half of BCO's pair loss; policy = reference in the first step gives
 * log 2.
 *
 * <p>Metrics: {@code delta}, {@code bco/reward_mean}, and those of {@link Kto} about rewards, log-probs and counts.
 */
public final class Bco implements Objective {
    private static final TokenColumn DELTA = new TokenColumn("bco_delta");

    private static final String REWARD_MEAN = "bco/reward_mean";

    /** When delta takes up the rewards of an optimiser step. */
    public enum Delta {
        /** Before they are compared with it. */
        BEFORE_USE,
        /** Afterwards. */
        AFTER_USE
    }

    /**
     * What BCO can be told.
     *
     * @param beta how much reward a log-ratio is
     * @param delta when delta takes up the rewards of an optimiser step
     */
    public record Options(double beta, Delta delta) {
        /** TRL's: 0.1, before use. */
        public static final Options DEFAULT = new Options(0.1, Delta.BEFORE_USE);

        /** Checks the number. */
        public Options {
            Check.that(beta > 0 && Double.isFinite(beta), "beta", beta, "must be finite and above 0", "begin with 0.1");
        }
    }

    private final Options options;

    private RunningMean delta = RunningMean.NOTHING;

    private RunningMean withStep = RunningMean.NOTHING;

    private int answersOfStep;

    /**
     * BCO.
     *
     * @param options what it is told
     */
    public Bco(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "bco";
    }

    @Override
    public Needs needs() {
        Needs reference = Needs.NOTHING_MORE.withReference(true);
        return options.delta() == Delta.BEFORE_USE
                ? reference.withCurrentLogProbs(Needs.CurrentLogProbs.ALL)
                : reference;
    }

    @Override
    public RowWeights weights() {
        return new Aggregation.SequenceMeanTokenSum(1);
    }

    @Override
    public Map<TokenColumn, float[][]> window(WindowRows rows) {
        answersOfStep = rows.trained().length;
        withStep = options.delta() == Delta.BEFORE_USE ? delta.with(meanReward(rows), answersOfStep) : delta;
        Map<TokenColumn, float[][]> columns = new LinkedHashMap<>(Labels.counts(rows));
        columns.put(DELTA, LogRatios.spread(rows, withStep.mean()));
        return columns;
    }

    private double meanReward(WindowRows rows) {
        double[] policy = LogRatios.policySums(rows);
        double[] reference = LogRatios.referenceSums(rows);
        double sum = 0;
        for (int row = 0; row < policy.length; row++) {
            sum += options.beta() * (policy[row] - reference[row]);
        }
        return sum / policy.length;
    }

    @Override
    public LossResult loss(LossInput input) {
        NDArray reward = LogRatios.of(input).mul(options.beta());
        NDArray mean = input.ofSequence(DELTA);
        NDArray sign = input.ofSequence(TokenColumn.LABEL).mul(2).sub(1);
        NDArray perRow = Logistic.logSigmoid(reward.sub(mean).mul(sign)).neg();
        if (input.has(TokenColumn.WEIGHT)) {
            perRow = perRow.mul(input.ofSequence(TokenColumn.WEIGHT));
        }
        LossMetrics metrics =
                new LossMetrics().share("delta", input.unitMean(mean)).share(REWARD_MEAN, input.unitMean(reward));
        Labels.tell(metrics, input, reward);
        return new LossResult(input.unitMean(perRow), metrics);
    }

    @Override
    public void learn(Map<String, Double> metrics) {
        delta = options.delta() == Delta.BEFORE_USE
                ? withStep
                : delta.with(Objects.requireNonNull(metrics.get(REWARD_MEAN)), answersOfStep);
    }

    @Override
    public JsonNode state() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("algorithm", name())
                .put("mean", delta.mean())
                .put("count", delta.count());
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.path("algorithm").asText("none").equals(name()),
                "algorithm of the saved state",
                "'" + state.path("algorithm").asText("none") + "'",
                "must be '" + name() + "'",
                "go on with the objective of the saved run, or start a new one");
        double mean = state.path("mean").asDouble(Double.NaN);
        long count = state.path("count").asLong(-1);
        Check.that(
                Double.isFinite(mean) && count >= 0,
                "mean and count in the saved state of bco",
                state.path("mean") + " and " + state.path("count"),
                "must be a finite number and a count",
                "restore the state as it was saved");
        delta = new RunningMean(mean, count);
    }

    /** The mean of all numbers so far. */
    private record RunningMean(double mean, long count) {
        private static final RunningMean NOTHING = new RunningMean(0, 0);

        RunningMean with(double meanOfMore, int more) {
            return new RunningMean(mean + (meanOfMore - mean) * more / (count + more), count + more);
        }
    }
}
