package org.rft4j.algorithms.advantage;

import org.rft4j.engine.Check;

/**
 * Shifts and scales the advantages of all policy tokens of a batch to mean 0 and variance 1.
 *
 * <pre>  A' = (A - mean) / sqrt(var + epsilon),   mean and var over the tokens with mask 1 of the whole batch</pre>
 *
 * <p>Reference implementation: verl {@code torch_functional.py}, {@code masked_whiten}, at b178a3cd, which TRL's PPO
 * shares: epsilon 1e-8 under the root, unbiased variance.
 *
 * <p>Differences: equal advantages give exactly 0; a batch with one policy token gives 0 (verl raises) and a batch with
 * none gives an empty result, because a batch in which every rollout failed is data, not a crash; verl adds 1e-8 to the
 * token count of the mean, which is not reproduced. Returns are left as they were.
 */
public final class Whitening {
    private Whitening() {}

    /**
     * Options.
     *
     * @param ddof 1 for the unbiased variance, 0 for the population variance
     * @param epsilon added to the variance under the root
     */
    public record Options(int ddof, double epsilon) {
        /** Unbiased variance, 1e-8 under the root: verl and TRL. */
        public static final Options DEFAULT = new Options(1, 1e-8);

        /**
         * Validates the options.
         *
         * @param ddof 0 or 1
         * @param epsilon finite, at least 0
         */
        public Options {
            Inputs.requireDdof(ddof);
            Inputs.requireEpsilon(epsilon);
        }
    }

    /**
     * Whitens advantages over the whole batch.
     *
     * @param raw the advantages
     * @param options epsilon and divisor
     * @return the whitened advantages, with mask, returns and excluded rows of the input
     */
    public static TokenAdvantages apply(TokenAdvantages raw, Options options) {
        double[] whitened = whiten(raw.advantages(), raw.mask(), options);
        return new TokenAdvantages(raw.mask(), whitened, raw.returns(), raw.excludedRows());
    }

    private static double[] whiten(double[] values, TokenMask mask, Options options) {
        double[] whitened = new double[values.length];
        ExactMean tokens = new ExactMean();
        for (int i = 0; i < values.length; i++) {
            if (mask.isPolicy(i)) {
                tokens.add(values[i]);
            }
        }
        if (tokens.count() == 0 || tokens.isFlat()) {
            return whitened;
        }
        double mean = tokens.value();
        Check.that(
                Double.isFinite(mean),
                "mean of the advantages",
                mean,
                "must be finite",
                "look for NaN or overflow in the rewards and values they come from");
        double square = 0;
        for (int i = 0; i < values.length; i++) {
            double centred = mask.isPolicy(i) ? values[i] - mean : 0;
            whitened[i] = centred;
            square += centred * centred;
        }
        double divisor = Math.sqrt(square / (tokens.count() - options.ddof()) + options.epsilon());
        for (int i = 0; i < whitened.length; i++) {
            whitened[i] = divisor == 0 ? 0 : whitened[i] / divisor;
        }
        return whitened;
    }
}
