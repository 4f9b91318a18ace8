package org.rft4j.algorithms.nft;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rft4j.algorithms.advantage.Groups;
import org.rft4j.algorithms.advantage.Rewards;
import org.rft4j.algorithms.rows.RowGrid;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.Estimate;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.RowScores;
import org.rft4j.core.training.TrainingRow;

/**
 * Negative-aware fine-tuning: likelihood of the policy's own answers, right and wrong. Right and wrong answers together make up what was
 * sampled, so that with the share q of right ones the policy of wrong answers is known from that of right ones, and wrong answers have a
 * likelihood too.
 *
 * <p>"Bridging Supervised Learning and Reinforcement Learning in Math Reasoning" (arXiv 2505.18116). With
 * {@code R = exp(min(log p - log p_old, 10))} of a token, or of the whole answer:
 *
 * <pre>  right: -log R      wrong: -log v,  v = max(u, epsilon),  u = (1 - q R) / (1 - q),  dv/du taken as 1
 *  loss = sum of w(q) (right ? 1 : nu) loss_t / 1000</pre>
 *
 * where q is the share of right answers of the question, between 0.02 and 0.98. Questions whose answers are all right or all wrong are
 * left out.
 *
 * <p>Differences of the released code (NVlabs/NFT, {@code dp_actor.py}) from the paper, which are followed:
 *
 * <ol>
 *   <li>The floor passes gradients straight through. With epsilon 1 a wrong answer that has become more likely shows the loss 0, but
 *       still has its gradient {@code q R / (1 - q)}.
 *   <li>The sum is divided by a constant, not by tokens or answers, so it grows with batch and length. The options take other weights.
 * </ol>
 *
 * <p>Differences of this code from the released one: its {@code neg_weight} of -1, the default of its settings file, selects DAPO, which
 * is not NFT and not offered here; its scaling of dynamic batches, which it calls bugged itself, is not reproduced, as the weights of
 * tokens do not depend on the split.
 *
 * <p>Limits: at R = 1 the gradient is Dr.GRPO's with {@link QuestionWeight#FAILURE_RATE}, and that of GRPO with the population deviation
 * with {@link QuestionWeight#FAILURE_ODDS_ROOT}; nu = 0 is RAFT with weights w(q).
 *
 * <p>Metrics: {@code loss/policy_avg}, {@code policy/approxkl_avg}, {@code val/ratio}, all over trained tokens (or answers, weighted by
 * their tokens); {@code nft/floored}, the share of trained tokens whose u is below the floor; {@code nft/pass_rate} over all usable
 * answers and {@code nft/frac_questions_dropped}.
 */
public final class Nft implements Algorithm {
    private static final double LARGEST_LOG_RATIO = 10;

    /** The share of right answers of the token's question, clamped. */
    static final TokenColumn PASS_RATE = new TokenColumn("nft_pass_rate");

    /** 1 = the answer is right. */
    static final TokenColumn RIGHT = new TokenColumn("nft_right");

    /** What the token's loss is multiplied by. */
    static final TokenColumn WEIGHT = new TokenColumn("nft_weight");

    private final NftOptions options;

    /**
     * NFT.
     *
     * @param options what it is told
     */
    public Nft(NftOptions options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "nft";
    }

    @Override
    public Needs needs() {
        return Needs.ratio(Needs.OldLogProbs.ROUND_START);
    }

    @Override
    public RowWeights weights() {
        return options.weights();
    }

    @Override
    public Estimate estimate(List<TrainingRow> rows, RowScores scores) {
        RowGrid grid = RowGrid.of(rows);
        Rewards rewards = grid.rewards();
        Groups groups = grid.groups();
        Questions questions = new Questions(rows.size());
        for (int group = 0; group < groups.count(); group++) {
            questions.take(rewards, groups, group);
        }
        boolean[][] trained = grid.trained();
        for (int row = 0; row < trained.length; row++) {
            if (!questions.kept[row]) {
                Arrays.fill(trained[row], false);
            }
        }
        return new Estimate(
                Map.of(
                        PASS_RATE, grid.spread(questions.passRate),
                        RIGHT, grid.spread(questions.right),
                        WEIGHT, grid.spread(questions.weight)),
                trained,
                questions.metrics(groups.count()));
    }

    @Override
    public LossResult loss(LossInput input) {
        NDArray perToken = input.logProbs().sub(input.column(TokenColumn.OLD_LOG_PROB));
        NDArray logRatio = options.ratio().logRatio(input, perToken).clip(Float.NEGATIVE_INFINITY, LARGEST_LOG_RATIO);
        NDArray passRate = input.column(PASS_RATE);
        NDArray right = input.column(RIGHT);
        NDArray wrong = right.neg().add(1);
        NDArray rest = passRate.neg().add(1);
        NDArray implicit = passRate.mul(logRatio.exp()).neg().add(1).div(rest); // [B,T]
        NDArray floored = implicit.stopGradient().maximum(options.floor());
        // The value is -log v and the slope that of u over v, without the rounding of u + (v - u) where u is far below
        // v.
        NDArray ofWrong = implicit.sub(implicit.stopGradient())
                .div(floored)
                .add(floored.log())
                .neg();
        NDArray loss = logRatio.neg().mul(right).add(ofWrong.mul(wrong)).mul(input.column(WEIGHT));
        NDArray share = input.weighted(options.ratio().share(input, loss));
        return new LossResult(share, metrics(input, share, logRatio, implicit.stopGradient(), wrong));
    }

    private LossMetrics metrics(LossInput input, NDArray loss, NDArray logRatio, NDArray implicit, NDArray wrong) {
        NDArray constant = logRatio.stopGradient(); // [B,T] or [B,1]
        NDArray below = implicit.lt(options.floor()).toType(wrong.getDataType(), false);
        return new LossMetrics()
                .share("loss/policy_avg", loss)
                .share(
                        "policy/approxkl_avg",
                        input.tokenMean(constant.mul(constant).mul(0.5)))
                .share("val/ratio", input.tokenMean(constant.exp()))
                .share("nft/floored", input.tokenMean(below.mul(wrong)));
    }

    /** Which answers are right, and how much they count. */
    private final class Questions {
        private final boolean[] kept;
        private final double[] passRate;
        private final double[] right;
        private final double[] weight;
        private int usable;
        private int allRight;
        private int dropped;

        private Questions(int rows) {
            kept = new boolean[rows];
            passRate = new double[rows];
            right = new double[rows];
            weight = new double[rows];
        }

        private void take(Rewards rewards, Groups groups, int group) {
            int count = 0;
            int passed = 0;
            for (int j = 0; j < groups.size(group); j++) {
                int row = groups.sample(group, j);
                if (rewards.isApplicable(row)) {
                    count++;
                    right[row] = rewards.value(row) >= options.passMark() ? 1 : 0;
                    passed += right[row] > 0 ? 1 : 0;
                }
            }
            usable += count;
            allRight += passed;
            if (passed == 0 || passed == count) {
                dropped++;
                return;
            }
            double least = options.leastPassRate();
            double rate = Math.max(least, Math.min(1 - least, (double) passed / count));
            for (int j = 0; j < groups.size(group); j++) {
                int row = groups.sample(group, j);
                kept[row] = rewards.isApplicable(row);
                passRate[row] = rate;
                weight[row] = options.questionWeight().of(rate) * (right[row] > 0 ? 1 : options.negativeWeight());
            }
        }

        private Map<String, Double> metrics(int questions) {
            return Map.of(
                    "nft/pass_rate", (double) allRight / Math.max(1, usable),
                    "nft/frac_questions_dropped", (double) dropped / questions);
        }
    }
}
