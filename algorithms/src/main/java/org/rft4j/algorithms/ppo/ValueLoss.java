package org.rft4j.algorithms.ppo;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.Check;

/**
 * The critic's loss: {@code 1/2 max((V - R)^2, (clip(V, V_old - c, V_old + c) - R)^2)}, the mean over all trained tokens of the optimiser
 * step. TRL and verl agree on it.
 *
 * @param clip c, how far a value may move from what it was before the round; infinite = no limit
 * @param coefficient what the loss is multiplied by
 */
public record ValueLoss(double clip, double coefficient) {
    /** TRL's: 0.2 and 0.1. verl's clip is 0.5, and its critic has an optimiser of its own and no coefficient. */
    public static final ValueLoss TRL = new ValueLoss(0.2, 0.1);

    /** Checks the numbers. */
    public ValueLoss {
        Check.that(clip > 0, "clip of values", clip, "must be above 0", "use 0.2, or infinity for no limit");
        Check.that(
                coefficient > 0 && Double.isFinite(coefficient),
                "coefficient of the value loss",
                coefficient,
                "must be finite and above 0",
                "use 0.1; an algorithm without a critic is GRPO or RLOO");
    }

    /**
     * Computes the loss of a micro-batch, without the coefficient.
     *
     * @param input values, old values and returns
     * @param metrics is told {@code loss/value_avg}, and in {@code val/clipfrac_avg} where the clipped loss is the larger one
     * @return a scalar, this micro-batch's share
     */
    public NDArray of(LossInput input, LossMetrics metrics) {
        NDArray values = input.requireValues();
        NDArray old = input.column(TokenColumn.OLD_VALUE);
        NDArray returns = input.column(TokenColumn.RETURN);
        NDArray clipped = values.maximum(old.sub(clip)).minimum(old.add(clip));
        NDArray free = values.sub(returns).square();
        NDArray limited = clipped.sub(returns).square();
        NDArray loss = input.tokenMean(free.maximum(limited).mul(0.5));
        metrics.share("loss/value_avg", loss);
        metrics.share("val/clipfrac_avg", input.tokenMean(limited.gt(free).toType(values.getDataType(), false)));
        return loss;
    }
}
