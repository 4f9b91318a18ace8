package org.rft4j.algorithms.unpaired;

import ai.djl.ndarray.NDArray;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
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
 * HyPO: DPO on given pairs, and the reverse KL from the reference on the policy's own answers, which pairs alone cannot bound where they
 * have no answer.
 *
 * <p>"The Importance of Online Data: Understanding Preference Fine-tuning via Coverage" (arXiv 2406.01462). With {@code u = log p - log
 * p_ref}, sums over the answer:
 *
 * <pre>  loss = mean over pairs of -log sigmoid( beta (u_chosen - u_rejected) )  +  lambda mean over prompts of KL,
 *  KL = mean of u over k answers that the policy has just drawn,
 *  gradient of KL = 1/k sum over j of (u_j - mean of the other u) grad log p(y_j)</pre>
 *
 * <p>What of it is ours: its authors' code was not read, and its hyper-parameters are not known to us. The score function with
 * leave-one-out baseline is the estimator that the paper's algorithm names; with k = 1 there is no baseline. The loss shows the estimate of
 * the KL itself, whose slopes are not its gradient.
 *
 * <p>Rows, see {@link HypoRows}: units of two, chosen and rejected, with {@link #ONLINE} 0, and units of k drawn answers with ONLINE 1. The
 * gradient is that of the KL only where the answers are drawn by the weights that are trained: one optimiser step for each round. Length
 * convention: sums. Reference: {@link TokenColumn#REFERENCE_LOG_PROB}.
 *
 * <p>Limits: lambda 0 or no answers drawn is DPO; no pairs pulls the policy to the reference; equal u of all k answers give no gradient.
 *
 * <p>Not the other HyPO, which is DPO whose reference margin is cut at 0.
 *
 * <p>Metrics: {@code kl}, the estimate over the drawn answers; {@code hypo/pair_loss}; {@code rewards/chosen}, {@code rewards/rejected},
 * {@code rewards/margins}, {@code rewards/accuracies} of the pairs.
 *
 * @param beta of DPO
 * @param lambda how much the KL counts
 */
public record Hypo(double beta, double lambda) implements Objective {
    /** 1 = the policy has just drawn the answer, 0 = it is one of a pair. */
    public static final TokenColumn ONLINE = new TokenColumn("online");

    /** What the row counts in the mean over pairs, or over drawn answers. */
    private static final TokenColumn SHARE = new TokenColumn("hypo_share");

    /** 1 = chosen, -1 = rejected, 0 = drawn. */
    private static final TokenColumn SIDE = new TokenColumn("hypo_side");

    /** Checks the numbers. */
    public Hypo {
        Check.that(beta > 0 && Double.isFinite(beta), "beta", beta, "must be finite and above 0", "begin with 0.1");
        Check.that(
                lambda >= 0 && Double.isFinite(lambda), "lambda", lambda, "must be finite and at least 0", "0 is DPO");
    }

    @Override
    public String name() {
        return "hypo";
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
    public Map<TokenColumn, float[][]> window(WindowRows rows) {
        double[] online = LogRatios.numbers(rows, ONLINE);
        int[] sizes = Units.sizes(rows.units());
        Set<Integer> pairs = new HashSet<>();
        Set<Integer> prompts = new HashSet<>();
        double[] sides = new double[online.length];
        for (int row = 0; row < online.length; row++) {
            int unit = rows.units()[row];
            (online[row] == 0 ? pairs : prompts).add(unit);
            boolean first = row == 0 || rows.units()[row - 1] != unit;
            sides[row] = online[row] != 0 ? 0 : first ? 1 : -1;
            Check.that(
                    online[row] != 0 || sizes[row] == 2,
                    "answers of unit " + unit + " of hypo, which are no drawn ones",
                    sizes[row],
                    "must be 2, a chosen and a rejected one",
                    "give drawn answers the column 'online'");
        }
        double[] shares = new double[online.length];
        for (int row = 0; row < shares.length; row++) {
            shares[row] = online[row] == 0 ? 1.0 / pairs.size() : 1.0 / prompts.size() / sizes[row];
        }
        return Map.of(SHARE, LogRatios.spread(rows, shares), SIDE, LogRatios.spread(rows, sides));
    }

    @Override
    public LossResult loss(LossInput input) {
        Units units = new Units(input);
        NDArray ratio = LogRatios.of(input);
        NDArray share = input.ofSequence(SHARE);
        NDArray side = input.ofSequence(SIDE);
        NDArray online = input.ofSequence(ONLINE);
        NDArray chosen = side.gt(0).toType(share.getDataType(), false);
        NDArray ofPairs = share.mul(chosen); // a pair counts where its chosen answer stands
        NDArray margin = units.sums(ratio.mul(side)).mul(beta);
        NDArray pairLoss = Logistic.logSigmoid(margin).neg().mul(ofPairs).sum();
        NDArray constant = ratio.stopGradient();
        NDArray others = units.sizes().sub(1);
        NDArray baseline = units.sums(constant).sub(constant).div(others.maximum(1));
        // The value is u, the slope that of (u - baseline) log p.
        NDArray perAnswer = constant.sub(baseline).mul(ratio.sub(constant)).add(constant);
        NDArray kl = perAnswer.mul(online).mul(share).sum();
        return new LossResult(
                pairLoss.add(kl.mul(lambda)),
                metrics(pairLoss, kl, constant.mul(beta).mul(share), side, margin, ofPairs));
    }

    private static LossMetrics metrics(
            NDArray pairLoss, NDArray kl, NDArray rewards, NDArray side, NDArray margin, NDArray ofPairs) {
        NDArray rejected = side.lt(0).toType(side.getDataType(), false);
        NDArray right = margin.gt(0).toType(side.getDataType(), false);
        return new LossMetrics()
                .share("kl", kl)
                .share("hypo/pair_loss", pairLoss)
                .share("rewards/chosen", rewards.mul(side.maximum(0)).sum())
                .share("rewards/rejected", rewards.mul(rejected).sum())
                .share("rewards/margins", rewards.mul(side).sum())
                .share("rewards/accuracies", right.mul(ofPairs).sum());
    }
}
