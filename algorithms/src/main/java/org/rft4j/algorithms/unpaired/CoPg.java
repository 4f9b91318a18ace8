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
 * CoPG, the contrastive policy gradient: rewarded answers of any policy, compared in pairs.
 *
 * <p>"Contrastive Policy Gradient: Aligning LLMs on sequence-level scores in a supervised-friendly fashion" (arXiv 2406.19185). With {@code
 * u = log p - log p_ref}, sums over the answer, and for a pair {@code d = u - u'} and {@code D = R - R'}:
 *
 * <pre>  loss = -( D d - beta/2 d^2 )   =   beta/2 (d - D/beta)^2 - D^2/(2 beta)</pre>
 *
 * the mean over all pairs of a unit, and over units. The paper maximises {@code (R_b(y) - R_b(y')) u(y) + (R_b(y') - R_b(y)) u(y')} with
 * {@code R_b = R - beta/2 u}, which is the bracket; nothing in it is without gradient. (One sentence of the paper says that it is
 * minimised: the sign here is that under which the optimum is one.)
 *
 * <p>Difference: the paper adds up the pairs of k answers; the mean does not grow with k, and is the same where k = 2.
 *
 * <p>Rows: a unit holds the k answers to a prompt, each with {@link TokenColumn#REWARD}. Equal rewards still pull d to 0. An answer
 * that is alone in its unit gives nothing but counts as a unit: leave it out, as {@code org.rft4j.algorithms.iterated.WholeGroups} does.
 * Length convention: sums. Reference: {@link TokenColumn#REFERENCE_LOG_PROB}.
 *
 * <p>Limits: the only optimum is {@code p_ref exp(R / beta) / Z}, whatever policy wrote the answers, if it can write all; with equal D in
 * all pairs it is IPO with {@code 1/(2 tau) = D/beta}; on the policy's own answers the expected gradient is twice RLOO's with the KL in the
 * reward.
 *
 * <p>Metrics: {@code copg/squared_error}, the mean of {@code (d - D/beta)^2}; {@code rewards/accuracies}, the share of pairs that the
 * policy orders as the rewards do, pairs of equal rewards counted as wrong.
 *
 * @param beta how much of a log-ratio a reward is worth: the strength of the pull to the reference
 */
public record CoPg(double beta) implements Objective {
    /** Checks the number. */
    public CoPg {
        Check.that(
                beta > 0 && Double.isFinite(beta),
                "beta",
                beta,
                "must be finite and above 0",
                "the paper scans it, from 0.01 to 1 for rewards around 1");
    }

    @Override
    public String name() {
        return "copg";
    }

    @Override
    public Needs needs() {
        return Needs.NOTHING_MORE.withReference(true);
    }

    @Override
    public RowWeights weights() {
        return new Aggregation.SequenceMeanTokenSum(1);
    }

    @Override
    public LossResult loss(LossInput input) {
        Units.Pairs pairs = new Units(input).pairs();
        NDArray d = pairs.of(LogRatios.of(input));
        NDArray gap = pairs.of(input.ofSequence(TokenColumn.REWARD));
        NDArray gain = d.mul(gap).sub(d.mul(d).mul(beta / 2));
        NDArray error = d.sub(gap.div(beta)).stopGradient();
        NDArray ordered = d.mul(gap).gt(0).toType(d.getDataType(), false);
        LossMetrics metrics = new LossMetrics()
                .share("copg/squared_error", input.unitMean(error.mul(error).mul(pairs.shares())))
                .share("rewards/accuracies", input.unitMean(ordered.mul(pairs.shares())));
        return new LossResult(input.unitMean(gain.neg().mul(pairs.shares())), metrics);
    }
}
