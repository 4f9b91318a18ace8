package org.rft4j.algorithms.unpaired;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.algorithms.aggregation.Aggregation;
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
 * The objective of Kimi k1.5: a step of mirror descent, in which the log-ratio to the round's start is fitted to what an answer earned more
 * than others did.
 *
 * <p>"Kimi k1.5: Scaling Reinforcement Learning with LLMs" (arXiv 2501.12599), section 2.3. With {@code v = log p - log p_old}, sums over
 * the answer, and the k answers of a unit:
 *
 * <pre>  loss = 1/(2 tau) mean over k of ( r - b - tau v )^2</pre>
 *
 * whose descent is the printed {@code 1/k sum of (r - b) grad log p - tau/2 grad v^2}. The baseline b is the mean of the rewards as there,
 * or {@code tau log mean exp(r / tau)}, of which it is the approximation for large tau.
 *
 * <p>Difference: the paper forgets the optimiser's moments at each iteration; the trainer keeps them.
 *
 * <p>Rows: a unit holds the k answers to a prompt, each with {@link TokenColumn#REWARD}. One that is alone has the target 0. Length
 * convention: sums. Reference: the policy at the start of the round, {@link TokenColumn#OLD_LOG_PROB}.
 *
 * <p>Limits: at the round's start the gradient is that of REINFORCE with the mean as baseline; at the optimum {@code v = (r - b) / tau}.
 *
 * <p>Metrics: {@code mirror/squared_error}, the mean of {@code (r - b - tau v)^2}; {@code mirror/log_ratio}, the mean of v.
 *
 * @param tau how much of a log-ratio a reward is worth
 * @param baseline what rewards are compared with
 */
public record MirrorDescent(double tau, Baseline baseline) implements Objective {
    private static final TokenColumn TARGET = new TokenColumn("mirror_target");

    private static final TokenColumn SHARE = new TokenColumn("mirror_share");

    /** What the rewards of a prompt's answers are compared with. */
    public enum Baseline {
        /** Their mean. */
        MEAN {
            @Override
            double of(double[] rewards, double tau) {
                return Arrays.stream(rewards).sum() / rewards.length;
            }
        },

        /** {@code tau log mean exp(r / tau)}: the exact one, estimated from the same answers. */
        LOG_MEAN_EXP {
            @Override
            double of(double[] rewards, double tau) {
                double largest = Arrays.stream(rewards).max().orElse(0);
                double sum = Arrays.stream(rewards)
                        .map(reward -> Math.exp((reward - largest) / tau))
                        .sum();
                return largest + tau * Math.log(sum / rewards.length);
            }
        };

        abstract double of(double[] rewards, double tau);
    }

    /** Checks the number. */
    public MirrorDescent {
        Check.that(tau > 0 && Double.isFinite(tau), "tau", tau, "must be finite and above 0", "begin with 0.1");
    }

    @Override
    public String name() {
        return "mirror_descent";
    }

    @Override
    public Needs needs() {
        return Needs.ratio(Needs.OldLogProbs.ROUND_START);
    }

    @Override
    public RowWeights weights() {
        return new Aggregation.SequenceMeanTokenSum(1);
    }

    @Override
    public Map<TokenColumn, float[][]> window(WindowRows rows) {
        double[] rewards = LogRatios.numbers(rows, TokenColumn.REWARD);
        Map<Integer, List<Integer>> units = new LinkedHashMap<>();
        for (int row = 0; row < rewards.length; row++) {
            units.computeIfAbsent(rows.units()[row], absent -> new ArrayList<>())
                    .add(row);
        }
        double[] targets = new double[rewards.length];
        double[] shares = new double[rewards.length];
        for (List<Integer> unit : units.values()) {
            double[] ofUnit = unit.stream().mapToDouble(row -> rewards[row]).toArray();
            double compared = baseline.of(ofUnit, tau);
            unit.forEach(row -> targets[row] = rewards[row] - compared);
            unit.forEach(row -> shares[row] = 1.0 / ofUnit.length);
        }
        return Map.of(TARGET, LogRatios.spread(rows, targets), SHARE, LogRatios.spread(rows, shares));
    }

    @Override
    public LossResult loss(LossInput input) {
        NDArray moved = LogRatios.against(input, TokenColumn.OLD_LOG_PROB);
        NDArray share = input.ofSequence(SHARE);
        NDArray squared = input.ofSequence(TARGET).sub(moved.mul(tau)).square().mul(share);
        NDArray error = input.unitMean(squared);
        LossMetrics metrics = new LossMetrics()
                .share("mirror/squared_error", error)
                .share("mirror/log_ratio", input.unitMean(moved.mul(share)));
        return new LossResult(error.div(2 * tau), metrics);
    }
}
