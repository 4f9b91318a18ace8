package org.rft4j.algorithms.advantage;

/**
 * REINFORCE++: discounted returns of the token rewards (a KL penalty included, if there is one), whitened over the whole
 * batch; and its baseline form, the reward minus the mean of its group, broadcast to tokens and whitened.
 *
 * <p>"REINFORCE++: An Efficient RLHF Algorithm with Robustness to Both Prompt and Reward Models" (arXiv 2501.03262),
 * section 3.
 *
 * <pre>  plain:    A = whiten(G),  G_t = r_t + gamma G_next(t)
 *  baseline: A = whiten(broadcast(R_i - mean_g))</pre>
 *
 * <p>Difference from the reference implementation: the return is carried over masked tokens, see {@link ReturnsToGo}. In
 * the baseline form samples whose reward does not apply take no part in the whitening.
 *
 * <p>Reference implementations: verl {@code core_algos.py}, {@code compute_reinforce_plus_plus_outcome_advantage} and
 * {@code compute_reinforce_plus_plus_baseline_outcome_advantage}, at b178a3cd.
 *
 * <p>Limits: both have mean 0 and variance 1 over the policy tokens, unless all are equal, which gives 0. The whitening is
 * over tokens: long responses weigh more.
 */
public final class ReinforcePlusPlus {
    private ReinforcePlusPlus() {}

    /**
     * The plain form.
     *
     * @param rewards rewards on tokens
     * @param gamma discount for each policy token, in [0, 1]
     * @param whitening how to whiten
     * @return whitened advantages and the returns they come from
     */
    public static TokenAdvantages compute(TokenRewards rewards, double gamma, Whitening.Options whitening) {
        return Whitening.apply(ReturnsToGo.compute(rewards, gamma), whitening);
    }

    /**
     * The baseline form.
     *
     * @param rewards one reward for each row
     * @param groups which rows share a prompt
     * @param mask the policy tokens
     * @param singleton what a group of one gets before whitening; verl gives R
     * @param whitening how to whiten
     * @return whitened advantages; the returns are the centred rewards
     */
    public static TokenAdvantages withGroupBaseline(
            Rewards rewards, Groups groups, TokenMask mask, SingletonRule singleton, Whitening.Options whitening) {
        GroupRelative.Options centre = new GroupRelative.Options(RewardScale.NONE, singleton);
        return Whitening.apply(GroupRelative.compute(rewards, groups, centre).broadcast(mask), whitening);
    }
}
