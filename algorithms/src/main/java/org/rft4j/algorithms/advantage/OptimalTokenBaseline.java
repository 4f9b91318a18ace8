package org.rft4j.algorithms.advantage;

import java.util.Arrays;
import org.rft4j.engine.InvalidInputException;

/**
 * The optimal token baseline: a baseline for every position, weighted by how much gradient noise each response of the
 * group has gathered up to there.
 *
 * <pre>  W_it = sum_{s=1..t} (1 - 2 pi_is + sum_v pi_is(v)^2)
 *  B_t = sum_i W_it G_it / sum_i W_it,   A_it = G_it - B_t</pre>
 *
 * where {@code pi_is} is the probability of the sampled token, the term in W is the squared norm of the gradient of its
 * log-probability with respect to the logits, and the sums over i run over the responses of the group that are still alive
 * at their t-th policy token.
 *
 * <p>The formula is the one of the reference implementations, we checked no paper: verl {@code core_algos.py}, {@code
 * compute_optimal_token_baseline_advantage} and {@code compute_multi_turn_optimal_token_baseline_advantage}, at b178a3cd.
 *
 * <p>Differences from verl:
 *
 * <ol>
 *   <li>t counts policy tokens, as in verl's multi-turn form; its other form counts columns, which is the same when rows
 *       start at the same column and have no gap;
 *   <li>no 1e-8 in the denominator: where all W are 0 (a deterministic policy) the plain mean is the baseline;
 *   <li>equal returns give exactly 0;
 *   <li>weights for off-policy rollouts are not offered.
 * </ol>
 *
 * <p>Limits: equal W for all responses gives the group mean of the returns at each position.
 */
public final class OptimalTokenBaseline {
    /** Probabilities computed in low precision may exceed 1 by this much. */
    private static final double PROBABILITY_SLACK = 1e-3;

    private OptimalTokenBaseline() {}

    /** What the tokens get that lie beyond the second-longest response, where the longest is alone. */
    public enum LoneTail {
        /** The baseline is the token's own return, so the advantage is 0. verl's default for single-turn data. */
        ZERO {
            @Override
            double advantage(double tokenReturn) {
                return 0;
            }
        },

        /** No baseline, so the advantage is the return. verl's {@code handle_zero_tail}, its default for multi-turn. */
        RETURN {
            @Override
            double advantage(double tokenReturn) {
                return tokenReturn;
            }
        };

        abstract double advantage(double tokenReturn);
    }

    /**
     * Options.
     *
     * @param loneTail what tokens get at which no other response of the group is alive
     * @param singleton what the tokens of a group with one applicable row get, R being the return; verl gives R
     */
    public record Options(LoneTail loneTail, SingletonRule singleton) {
        /** Lone tails 0, groups of one their return: verl's single-turn defaults. */
        public static final Options DEFAULT = new Options(LoneTail.ZERO, SingletonRule.REWARD);
    }

    /**
     * Computes the advantages.
     *
     * @param rewards rewards on tokens
     * @param groups which rows share a prompt
     * @param logProbs B * T log-probabilities of the sampled tokens; anything where the mask is 0
     * @param sumSquares B * T sums of squared probabilities over the vocabulary; anything where the mask is 0
     * @param options what tokens without a baseline get
     * @return advantages and undiscounted returns
     */
    public static TokenAdvantages compute(
            TokenRewards rewards, Groups groups, double[] logProbs, double[] sumSquares, Options options) {
        TokenMask mask = rewards.mask();
        groups.requireSamples(mask.rows(), "rows");
        double[] noise = cumulativeNoise(mask, logProbs, sumSquares);
        double[] returns = ReturnsToGo.compute(rewards, 1).returns();
        double[] advantages = new double[returns.length];
        for (int group = 0; group < groups.count(); group++) {
            int[][] tokens = policyTokens(mask, groups, group);
            boolean grouped =
                    Arrays.stream(tokens).filter(row -> row.length > 0).count() > 1;
            int longest =
                    Arrays.stream(tokens).mapToInt(row -> row.length).max().orElse(0);
            for (int t = 0; t < longest; t++) {
                int[] alive = alive(tokens, t);
                if (alive.length > 1) {
                    subtract(alive, noise, returns, advantages);
                } else if (grouped) {
                    advantages[alive[0]] = options.loneTail().advantage(returns[alive[0]]);
                } else {
                    advantages[alive[0]] = options.singleton().advantage(returns[alive[0]]);
                }
            }
        }
        return new TokenAdvantages(mask, advantages, returns, rewards.excludedRows());
    }

    /** Flat indices of the policy tokens of each row of a group. */
    private static int[][] policyTokens(TokenMask mask, Groups groups, int group) {
        int[][] tokens = new int[groups.size(group)][];
        for (int j = 0; j < tokens.length; j++) {
            int row = groups.sample(group, j);
            tokens[j] = new int[mask.tokens(row)];
            int filled = 0;
            for (int i = row * mask.columns(); i < (row + 1) * mask.columns(); i++) {
                if (mask.isPolicy(i)) {
                    tokens[j][filled++] = i;
                }
            }
        }
        return tokens;
    }

    /** Flat indices of the t-th policy token of every row that has one. */
    private static int[] alive(int[][] tokens, int t) {
        return Arrays.stream(tokens)
                .filter(row -> t < row.length)
                .mapToInt(row -> row[t])
                .toArray();
    }

    private static void subtract(int[] alive, double[] noise, double[] returns, double[] advantages) {
        ExactMean mean = new ExactMean();
        double weighted = 0;
        double weight = 0;
        for (int i : alive) {
            mean.add(returns[i]);
            weighted += noise[i] * returns[i];
            weight += noise[i];
        }
        double baseline = mean.isFlat() || weight == 0 ? mean.value() : weighted / weight;
        for (int i : alive) {
            advantages[i] = returns[i] - baseline;
        }
    }

    private static double[] cumulativeNoise(TokenMask mask, double[] logProbs, double[] sumSquares) {
        mask.requireUsable(logProbs, "log-probability");
        mask.requireUsable(sumSquares, "sum of squared probabilities");
        double[] noise = new double[mask.size()];
        for (int row = 0; row < mask.rows(); row++) {
            double running = 0;
            for (int i = row * mask.columns(); i < (row + 1) * mask.columns(); i++) {
                if (mask.isPolicy(i)) {
                    requireProbability(logProbs[i], sumSquares[i], i);
                    running += Math.max(0, 1 - 2 * Math.exp(logProbs[i]) + sumSquares[i]);
                    noise[i] = running;
                }
            }
        }
        return noise;
    }

    private static void requireProbability(double logProb, double sumSquare, int index) {
        if (logProb > PROBABILITY_SLACK) {
            throw new InvalidInputException(
                    "log-probability[" + index + "]",
                    logProb,
                    "must be at most 0",
                    "pass log-probabilities, not probabilities or negative log-likelihoods");
        }
        if (sumSquare < 0 || sumSquare > 1 + PROBABILITY_SLACK) {
            throw new InvalidInputException(
                    "sum of squared probabilities[" + index + "]",
                    sumSquare,
                    "must be in [0, 1]",
                    "sum the squares of the softmax over the vocabulary");
        }
    }
}
