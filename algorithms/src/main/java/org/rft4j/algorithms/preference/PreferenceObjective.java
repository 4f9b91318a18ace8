package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import java.util.TreeMap;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;

/**
 * Learns from pairs of answers of which one is better.
 *
 * <pre>  loss = mean over pairs of w (sum of weight_k loss_k) + weight NLL</pre>
 *
 * <p>Units are the rows [chosen, rejected], and [chosen, rejected, gold] where the likelihood is that of a third answer. Means are over the pairs,
 * or tokens, of the optimiser step, so that they do not depend on micro-batches. Pairs with a side that has no trained token are left out before,
 * see {@link org.rft4j.core.training.ExamplePreparation}. A pair of equal answers has no slope in any loss of a difference, and its loss at
 * log-ratio 0 otherwise; whoever makes pairs leaves them out, and ties too: no loss here knows of them.
 *
 * <p>WPO ("Enhancing RLHF with Weighted Preference Optimization", arXiv 2406.11827) weights a pair by w, the product over both answers of
 * {@code exp(mean over tokens of (lp - log sum of p^2))}, without a gradient; w is 1 for a policy that is certain. Otherwise w is 1. TRL weights
 * its loss {@code sft} too; here the likelihood is not weighted. LD-DPO ("Length Desensitization in Direct Preference Optimization", arXiv
 * 2409.06411) is {@link PreferenceOptions#verboseWeight}.
 *
 * <p>Metrics, means over pairs: {@code rewards/chosen}, {@code rewards/rejected}, {@code rewards/margins} and {@code rewards/accuracies} as the
 * first loss sees rewards, so beta times log-ratio for DPO, divided by lengths where the loss does so (TRL's DPO trainer never divides);
 * {@code rewards/saturated}, the share of pairs whose margin is above 5, which have next to no slope left; {@code logps/chosen} and
 * {@code logps/rejected}, sums of log-probs, and with a reference {@code logps/chosen_minus_reference} and
 * {@code logps/rejected_minus_reference}; {@code lengths/chosen} and {@code lengths/rejected} in tokens; {@code loss/preference};
 * {@code nll_loss} without its weight; {@code wpo/weight}.
 *
 * <p>It has no state. Called by one thread at a time.
 */
public final class PreferenceObjective implements Objective {
    /** A margin at which the logistic loss has less than a hundredth of its slope at 0. */
    private static final double SATURATED = 5;

    private final PreferenceOptions options;

    /**
     * An objective.
     *
     * @param options what it is made of
     */
    public PreferenceObjective(PreferenceOptions options) {
        this.options = options;
    }

    /**
     * What it is made of.
     *
     * @return the options
     */
    public PreferenceOptions options() {
        return options;
    }

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public Needs needs() {
        return options.reference().neededFrom(Needs.NOTHING_MORE).withSquareSums(options.onPolicyWeights());
    }

    @Override
    public RowWeights weights() {
        return options.likelihood().map(Likelihood::weights).orElse(counts -> new double[counts.length]);
    }

    @Override
    public LossResult loss(LossInput input) {
        options.likelihood().ifPresent(term -> term.requireRows(input));
        PairBatch batch = new PairBatch(input, options.rowsOfUnit());
        PairTerms pairs = batch.terms(options);
        LossMetrics metrics = new LossMetrics();
        tell(input, pairs, metrics);
        NDArray perPair = perPair(pairs);
        if (options.onPolicyWeights()) {
            NDArray weights = batch.onPolicyWeights();
            perPair = perPair.mul(weights);
            metrics.share("wpo/weight", input.unitMean(weights));
        }
        NDArray loss = input.unitMean(perPair);
        metrics.share("loss/preference", loss);
        if (options.likelihood().isPresent()) {
            NDArray nll = input.weighted(input.logProbs()).neg();
            metrics.share("nll_loss", nll);
            loss = loss.add(nll.mul(options.likelihood().get().weight()));
        }
        return new LossResult(loss, metrics);
    }

    private NDArray perPair(PairTerms pairs) {
        return options.losses().stream()
                .map(one -> one.loss().perPair(pairs).mul(one.weight()))
                .reduce(NDArray::add)
                .orElseThrow();
    }

    private void tell(LossInput input, PairTerms pairs, LossMetrics metrics) {
        PairLoss first = options.losses().get(0).loss();
        NDArray chosen = first.reward(pairs.chosen());
        NDArray rejected = first.reward(pairs.rejected());
        NDArray margins = chosen.sub(rejected);
        metrics.share("rewards/chosen", input.unitMean(chosen))
                .share("rewards/rejected", input.unitMean(rejected))
                .share("rewards/margins", input.unitMean(margins))
                .share("rewards/accuracies", input.unitMean(above(margins, 0)))
                .share("rewards/saturated", input.unitMean(above(margins, SATURATED)));
        tellSide("chosen", pairs.chosen(), input, metrics);
        tellSide("rejected", pairs.rejected(), input, metrics);
        options.losses()
                .forEach(one -> new TreeMap<>(one.loss().told(pairs))
                        .forEach((name, perPair) -> metrics.share(name, input.unitMean(perPair))));
    }

    private static NDArray above(NDArray margins, double bound) {
        return margins.gt(bound).toType(margins.getDataType(), false);
    }

    private void tellSide(String name, PairSide side, LossInput input, LossMetrics metrics) {
        metrics.share("logps/" + name, input.unitMean(side.logProbs()))
                .share("lengths/" + name, input.unitMean(side.lengths()));
        if (options.reference() != PairReference.NONE) {
            metrics.share("logps/" + name + "_minus_reference", input.unitMean(side.logRatios()));
        }
    }
}
