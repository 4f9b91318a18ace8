package org.rft4j.algorithms.advantage;

/**
 * ReMax: the return minus the reward of the greedy response to the same prompt.
 *
 * <p>"ReMax: A Simple, Effective, and Efficient Reinforcement Learning Method for Aligning Large Language Models" (arXiv
 * 2310.10505), algorithm 1.
 *
 * <pre>  A_t = sum_{s >= t} r_s - R(greedy)</pre>
 *
 * <p>Difference from the paper, shared with the reference implementation: with rewards on several tokens (a KL penalty,
 * say) the return runs from the token on, while the baseline stays the reward of the whole greedy response.
 *
 * <p>Reference implementation: verl {@code core_algos.py}, {@code compute_remax_outcome_advantage}, at b178a3cd.
 *
 * <p>Limits: one reward at the end gives {@code R - R(greedy)} at every token; baseline 0 gives {@link ReturnsToGo} with
 * gamma 1. Where the greedy reward does not apply there is no baseline: those rows are excluded like rows whose own reward
 * does not apply.
 */
public final class ReMax {
    private ReMax() {}

    /**
     * Computes the advantages.
     *
     * @param rewards rewards on tokens
     * @param greedy for each row, the reward of the greedy response to its prompt
     * @return advantages and undiscounted returns
     */
    public static TokenAdvantages compute(TokenRewards rewards, Rewards greedy) {
        TokenMask mask = rewards.mask().onlyApplicable(greedy);
        double[] undiscounted = ReturnsToGo.compute(rewards, 1).returns();
        double[] returns = new double[undiscounted.length];
        double[] advantages = new double[undiscounted.length];
        int excluded = rewards.excludedRows();
        for (int row = 0; row < mask.rows(); row++) {
            excluded += mask.tokens(row) < rewards.mask().tokens(row) ? 1 : 0;
            for (int i = row * mask.columns(); i < (row + 1) * mask.columns(); i++) {
                returns[i] = mask.isPolicy(i) ? undiscounted[i] : 0;
                advantages[i] = mask.isPolicy(i) ? undiscounted[i] - greedy.value(row) : 0;
            }
        }
        return new TokenAdvantages(mask, advantages, returns, excluded);
    }
}
