package org.rft4j.algorithms.unpaired;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.WindowRows;

/**
 * KTO: answers that are labelled desirable or not, each on its own.
 *
 * <p>"KTO: Model Alignment as Prospect Theoretic Optimization" (arXiv 2402.01306), equation 7. With
 * {@code u = log p(y|x) - log p_ref(y|x)}, sums over the answer:
 *
 * <pre>  desirable: lambda_D (1 - sigmoid( beta (u - z0) ))      undesirable: lambda_U (1 - sigmoid( beta (z0 - u) ))
 *  z0 = max(0, mean of u over mismatched pairs of prompt and answer), without gradient and without beta</pre>
 *
 * and the mean over all answers, as in TRL 1.16. With {@link ZeroPoint#NONE} it is TRL's {@code apo_zero_unpaired}, the unpaired half of
 * APO-zero (arXiv 2408.06266).
 *
 * <p>Differences from TRL:
 *
 * <ol>
 *   <li>z0 is the mean over the mismatched pairs of the whole optimiser step, whatever its micro-batches; TRL's is that of a micro-batch on
 *       all devices. Mismatched pairs are scored in a pass before the step and never trained.
 *   <li>Answers are mismatched within a round, see {@link UnpairedRows}, not within a micro-batch.
 * </ol>
 *
 * <p>Rows: one per answer, with {@link TokenColumn#LABEL}, and in its unit, unless the zero point is NONE, its mismatched row with
 * {@link TokenColumn#COMPARED}. Length convention: sums. Reference: {@link TokenColumn#REFERENCE_LOG_PROB}.
 *
 * <p>Limits: u = z0 gives lambda / 2, as does policy = reference; beta to 0 gives lambda / 2 everywhere.
 *
 * <p>Metrics: {@code kl}, which is z0; {@code rewards/chosen}, {@code rewards/rejected}, {@code rewards/margins}, {@code logps/chosen},
 * {@code logps/rejected}, NaN where the step has no such answer; {@code count/chosen}, {@code count/rejected};
 * {@code kto/compared_rows}, how many pairs z0 was taken over; {@code kto/desirable_share}; {@code kto/weight_ratio}, which is
 * {@code lambda_D n_D / (lambda_U n_U)}.
 */
public final class Kto implements Objective {
    private static final TokenColumn ZERO = new TokenColumn("kto_zero_point");

    private static final TokenColumn MISMATCHED = new TokenColumn("kto_mismatched");

    private final KtoOptions options;

    /**
     * KTO.
     *
     * @param options what it is told
     */
    public Kto(KtoOptions options) {
        this.options = options;
    }

    private boolean compares() {
        return options.zeroPoint() != ZeroPoint.NONE;
    }

    @Override
    public String name() {
        return compares() ? "kto" : "apo_zero_unpaired";
    }

    @Override
    public Needs needs() {
        Needs reference = Needs.NOTHING_MORE.withReference(true);
        return compares() ? reference.withCurrentLogProbs(Needs.CurrentLogProbs.COMPARED) : reference;
    }

    @Override
    public RowWeights weights() {
        return new Aggregation.SequenceMeanTokenSum(1);
    }

    @Override
    public Map<TokenColumn, float[][]> window(WindowRows rows) {
        Map<TokenColumn, float[][]> columns = new LinkedHashMap<>(Labels.counts(rows));
        double[] mismatched = compares() ? mismatched(rows) : new double[0];
        columns.put(ZERO, LogRatios.spread(rows, options.zeroPoint().of(mismatched)));
        columns.put(MISMATCHED, LogRatios.spread(rows, mismatched.length));
        return columns;
    }

    private static double[] mismatched(WindowRows rows) {
        double[] compared = LogRatios.numbers(rows, TokenColumn.COMPARED);
        double[] policy = LogRatios.policySums(rows);
        double[] reference = LogRatios.referenceSums(rows);
        return IntStream.range(0, compared.length)
                .filter(row -> compared[row] != 0)
                .mapToDouble(row -> policy[row] - reference[row])
                .toArray();
    }

    @Override
    public LossResult loss(LossInput input) {
        NDArray ratio = LogRatios.of(input);
        NDArray zero = input.ofSequence(ZERO);
        NDArray label = input.ofSequence(TokenColumn.LABEL);
        NDArray sign = label.mul(2).sub(1);
        NDArray weight = label.mul(options.desirableWeight() - options.undesirableWeight())
                .add(options.undesirableWeight());
        // 1 - sigmoid(z) is sigmoid(-z), which does not round to 0.
        NDArray perRow = Activation.sigmoid(zero.sub(ratio).mul(sign).mul(options.beta()))
                .mul(weight);
        NDArray loss = input.unitMean(perRow);
        return new LossResult(loss, metrics(input, ratio, zero, label));
    }

    private LossMetrics metrics(LossInput input, NDArray ratio, NDArray zero, NDArray label) {
        NDArray ofDesirable = input.ofSequence(Labels.DESIRABLE).mul(options.desirableWeight());
        NDArray ofUndesirable = input.ofSequence(Labels.UNDESIRABLE).mul(options.undesirableWeight());
        LossMetrics metrics = new LossMetrics()
                .share("kl", input.unitMean(zero))
                .largest("kto/compared_rows", input.ofSequence(MISMATCHED).max())
                .share("kto/desirable_share", input.unitMean(label))
                .largest("kto/weight_ratio", ofDesirable.div(ofUndesirable).max());
        Labels.tell(metrics, input, ratio.mul(options.beta()));
        return metrics;
    }
}
