package org.rft4j.algorithms.advantage;

/**
 * REINFORCE's return: the discounted sum of the rewards from a token on, with no baseline.
 *
 * <pre>  G_t = r_t + gamma * G_next(t),   next(t) = the next policy token of the row</pre>
 *
 * <p>Masked tokens are skipped: they neither earn, nor discount, nor cut the sum. verl's {@code reinforce_plus_plus}
 * (b178a3cd) multiplies the running return by the mask instead, "reset after EOS", so in a multi-turn row every turn
 * before a tool call loses the rewards after it; its {@code remax} and optimal token baseline do not.
 *
 * <p>Limits: gamma 1 and one reward at the end give that reward to every token; gamma 0 gives the rewards themselves.
 */
public final class ReturnsToGo {
    private ReturnsToGo() {}

    /**
     * Computes the returns.
     *
     * @param rewards rewards on tokens
     * @param gamma discount for each policy token, in [0, 1]
     * @return advantages equal to the returns
     */
    public static TokenAdvantages compute(TokenRewards rewards, double gamma) {
        Inputs.requireUnitInterval(gamma, "gamma");
        TokenMask mask = rewards.mask();
        double[] returns = new double[mask.size()];
        for (int row = 0; row < mask.rows(); row++) {
            double running = 0;
            for (int i = (row + 1) * mask.columns() - 1; i >= row * mask.columns(); i--) {
                if (mask.isPolicy(i)) {
                    running = rewards.value(i) + gamma * running;
                    returns[i] = running;
                }
            }
        }
        return new TokenAdvantages(mask, returns, returns, rewards.excludedRows());
    }
}
