package org.rft4j.algorithms.advantage;

/**
 * Generalised advantage estimation, which needs a value head.
 *
 * <p>"High-Dimensional Continuous Control Using Generalized Advantage Estimation" (arXiv 1506.02438), equation 16.
 *
 * <pre>  delta_t = r_t + gamma V_next(t) - V_t,   A_t = delta_t + gamma lambda A_next(t),   return_t = A_t + V_t</pre>
 *
 * where {@code next(t)} is the next policy token of the row and V and A after the last one are 0.
 *
 * <p>Differences from the paper: masked tokens (tool output, forced tokens) are skipped, value and advantage are carried
 * over the gap unchanged, neither discounted nor decayed. A row is taken to have ended after its last policy token: a row
 * cut off by the length limit is not bootstrapped. Whitening is not part of it: pass the result to {@link Whitening},
 * which leaves the returns as they are.
 *
 * <p>Reference implementation: verl {@code core_algos.py}, {@code compute_gae_advantage_return}, at b178a3cd (which always
 * whitens). At masked positions, where it leaves meaningless numbers, this gives 0.
 *
 * <p>Limits: lambda 1 and gamma 1 give the sum of rewards from t on minus V_t; V = 0 and lambda 1 give
 * {@link ReturnsToGo}; lambda 0 gives the one-step error.
 */
public final class Gae {
    private Gae() {}

    /**
     * Options.
     *
     * @param gamma discount for each policy token, in [0, 1]
     * @param lambda decay of later errors, in [0, 1]
     */
    public record Options(double gamma, double lambda) {
        /** Gamma 1 and lambda 0.95: TRL's and OpenRLHF's choice; verl's is lambda 1. */
        public static final Options DEFAULT = new Options(1, 0.95);

        /**
         * Validates the options.
         *
         * @param gamma in [0, 1]
         * @param lambda in [0, 1]
         */
        public Options {
            Inputs.requireUnitInterval(gamma, "gamma");
            Inputs.requireUnitInterval(lambda, "lambda");
        }
    }

    /**
     * Computes advantages and returns.
     *
     * @param rewards rewards on tokens
     * @param values B * T values predicted when the tokens were sampled; anything where the mask is 0
     * @param options discount and decay
     * @return advantages before whitening, and returns
     */
    public static TokenAdvantages compute(TokenRewards rewards, double[] values, Options options) {
        TokenMask mask = rewards.mask();
        mask.requireUsable(values, "value");
        double[] advantages = new double[values.length];
        double[] returns = new double[values.length];
        double decay = options.gamma() * options.lambda();
        for (int row = 0; row < mask.rows(); row++) {
            double nextValue = 0;
            double nextAdvantage = 0;
            for (int i = (row + 1) * mask.columns() - 1; i >= row * mask.columns(); i--) {
                if (mask.isPolicy(i)) {
                    double delta = rewards.value(i) + options.gamma() * nextValue - values[i];
                    nextAdvantage = delta + decay * nextAdvantage;
                    nextValue = values[i];
                    advantages[i] = nextAdvantage;
                    returns[i] = nextAdvantage + nextValue;
                }
            }
        }
        return new TokenAdvantages(mask, advantages, returns, rewards.excludedRows());
    }
}
