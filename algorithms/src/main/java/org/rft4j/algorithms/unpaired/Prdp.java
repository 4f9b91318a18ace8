package org.rft4j.algorithms.unpaired;

import ai.djl.ndarray.NDArray;
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
 * PRDP: the difference of two answers' rewards is predicted by the difference of their log-ratios, no further from where the round began
 * than a bound.
 *
 * <p>"PRDP: Proximal Reward Difference Prediction for Large-Scale Reward Finetuning of Diffusion Models" (arXiv 2402.08714), carried over
 * from images to text. With {@code u = log p - log p_ref} and {@code u_old} the same at the start of the round, sums over the answer, and
 * for a pair {@code d = u - u'}, {@code D = R - R'}:
 *
 * <pre>  loss = max( (d - D/beta)^2, (d_clip - D/beta)^2 ),   d_clip of u_clip = u_old + clip(u - u_old, -epsilon, epsilon)</pre>
 *
 * the mean over all pairs of a unit, and over units.
 *
 * <p>Differences: the paper clips each denoising step, and there is no such thing as a step of text but its sum; its frozen copy, renewed
 * every K updates, is the start of a round of K optimiser steps, where a single step per round clips nothing.
 *
 * <p>Rows, reference and length convention are those of {@link CoPg}, of which this is 2/beta times the loss and a constant where epsilon
 * is infinite; the round's start is {@link TokenColumn#OLD_LOG_PROB}.
 *
 * <p>Metrics: {@code prdp/squared_error}, the mean of {@code (d - D/beta)^2}; {@code prdp/clip_fraction}, the share of pairs whose clipped
 * error is the larger one.
 *
 * @param beta how much of a log-ratio a reward is worth; the paper's images have 10
 * @param epsilon the bound, in nats of a whole answer; infinite for none. The paper's summary names no number
 */
public record Prdp(double beta, double epsilon) implements Objective {
    /** Checks the numbers. */
    public Prdp {
        Check.that(
                beta > 0 && Double.isFinite(beta),
                "beta",
                beta,
                "must be finite and above 0",
                "scan it from 0.01 to 1");
        Check.that(epsilon > 0, "epsilon", epsilon, "must be above 0", "use infinity for no bound");
    }

    @Override
    public String name() {
        return "prdp";
    }

    @Override
    public Needs needs() {
        return Needs.ratio(Needs.OldLogProbs.ROUND_START).withReference(true);
    }

    @Override
    public RowWeights weights() {
        return new Aggregation.SequenceMeanTokenSum(1);
    }

    @Override
    public LossResult loss(LossInput input) {
        Units.Pairs pairs = new Units(input).pairs();
        NDArray ratio = LogRatios.of(input);
        NDArray moved = LogRatios.against(input, TokenColumn.OLD_LOG_PROB);
        NDArray clipped = ratio.add(moved.clip(-epsilon, epsilon).sub(moved)); // exactly the ratio within the bound
        NDArray target = pairs.of(input.ofSequence(TokenColumn.REWARD)).div(beta);
        NDArray plain = pairs.of(ratio).sub(target).square();
        NDArray bounded = pairs.of(clipped).sub(target).square();
        NDArray larger = bounded.gt(plain).toType(plain.getDataType(), false);
        LossMetrics metrics = new LossMetrics()
                .share("prdp/squared_error", input.unitMean(plain.mul(pairs.shares())))
                .share("prdp/clip_fraction", input.unitMean(larger.mul(pairs.shares())));
        return new LossResult(input.unitMean(plain.maximum(bounded).mul(pairs.shares())), metrics);
    }
}
