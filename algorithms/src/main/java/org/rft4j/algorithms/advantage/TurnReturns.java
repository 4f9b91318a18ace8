package org.rft4j.algorithms.advantage;

import org.rft4j.engine.InvalidInputException;

/**
 * Rewards for each turn of a conversation: discounted from turn to turn, and the same for every token of a turn.
 *
 * <p>"Expanding the Capabilities of Reinforcement Learning via Text Feedback" (RLTF, arXiv 2602.02482) uses it with gamma
 * 0.1 and the baseline; SCoRe (arXiv 2409.12917) with gamma 0.
 *
 * <pre>  G_k = R_k + gamma G_{k+1},   A_t = G_k - baseline_k  for every token t of turn k</pre>
 *
 * where the baseline, if there is one, is the mean of {@code G_k} over the rows of the group that <em>have</em> a turn k.
 *
 * <p>Notes: turns are what is discounted, not tokens. A turn without a policy token still earns and discounts. Turn k that
 * only one row of a group has gives 0 with the baseline; so do equal returns, exactly. A row whose rewards do not apply
 * gets an empty array of rewards and a mask without its tokens; it then counts in no mean.
 *
 * <p>Reference implementation: the advantage of the multi-turn part of RLTF's released code ({@code
 * rl/data_processing.py}).
 *
 * <p>Limits: one turn without baseline gives its reward to every token; one turn with baseline is Dr.GRPO; gamma 0 makes
 * the turns independent.
 */
public final class TurnReturns {
    private TurnReturns() {}

    /**
     * Returns without a baseline.
     *
     * @param turns which turn each token belongs to
     * @param rewards for each row, the reward of each of its turns
     * @param gamma discount for each turn, in [0, 1]
     * @return advantages equal to the returns
     */
    public static TokenAdvantages compute(TurnIndex turns, double[][] rewards, double gamma) {
        double[][] returns = discounted(turns, rewards, gamma);
        double[] tokens = broadcast(turns, returns);
        return new TokenAdvantages(turns.mask(), tokens, tokens, 0);
    }

    /**
     * Returns against the mean of the group at the same turn.
     *
     * @param turns which turn each token belongs to
     * @param rewards for each row, the reward of each of its turns
     * @param groups which rows share a prompt
     * @param gamma discount for each turn, in [0, 1]
     * @return centred advantages, and the returns
     */
    public static TokenAdvantages withGroupBaseline(TurnIndex turns, double[][] rewards, Groups groups, double gamma) {
        groups.requireSamples(turns.mask().rows(), "rows");
        double[][] returns = discounted(turns, rewards, gamma);
        double[][] centred = new double[returns.length][];
        for (int row = 0; row < returns.length; row++) {
            centred[row] = new double[returns[row].length];
        }
        for (int group = 0; group < groups.count(); group++) {
            int longest = 0;
            for (int j = 0; j < groups.size(group); j++) {
                longest = Math.max(longest, returns[groups.sample(group, j)].length);
            }
            for (int turn = 0; turn < longest; turn++) {
                centre(returns, centred, groups, group, turn);
            }
        }
        return new TokenAdvantages(turns.mask(), broadcast(turns, centred), broadcast(turns, returns), 0);
    }

    private static void centre(double[][] returns, double[][] centred, Groups groups, int group, int turn) {
        ExactMean mean = new ExactMean();
        for (int j = 0; j < groups.size(group); j++) {
            double[] row = returns[groups.sample(group, j)];
            if (turn < row.length) {
                mean.add(row[turn]);
            }
        }
        for (int j = 0; j < groups.size(group); j++) {
            int row = groups.sample(group, j);
            if (turn < returns[row].length) {
                centred[row][turn] = returns[row][turn] - mean.value();
            }
        }
    }

    private static double[][] discounted(TurnIndex turns, double[][] rewards, double gamma) {
        Inputs.requireUnitInterval(gamma, "gamma");
        Inputs.requireLength(rewards.length, turns.mask().rows(), "turn rewards", "the number of rows");
        double[][] returns = new double[rewards.length][];
        for (int row = 0; row < rewards.length; row++) {
            returns[row] = new double[rewards[row].length];
            double running = 0;
            for (int turn = rewards[row].length - 1; turn >= 0; turn--) {
                Inputs.requireUsable(rewards[row][turn], "turn reward[" + row + "]", turn);
                running = rewards[row][turn] + gamma * running;
                returns[row][turn] = running;
            }
        }
        return returns;
    }

    private static double[] broadcast(TurnIndex turns, double[][] perTurn) {
        TokenMask mask = turns.mask();
        double[] tokens = new double[mask.size()];
        for (int i = 0; i < tokens.length; i++) {
            if (mask.isPolicy(i)) {
                int row = i / mask.columns();
                int turn = turns.turn(i);
                if (turn >= perTurn[row].length) {
                    throw new InvalidInputException(
                            "number of turn rewards of row " + row,
                            perTurn[row].length,
                            "must be above its last turn " + turn,
                            "give every turn a reward, 0 where it earned nothing");
                }
                tokens[i] = perTurn[row][turn];
            }
        }
        return tokens;
    }
}
