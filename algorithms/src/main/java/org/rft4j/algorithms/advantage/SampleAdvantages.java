package org.rft4j.algorithms.advantage;

/**
 * One advantage for each sample.
 *
 * @param values N advantages, in the order of the rewards; 0 where the reward is not applicable
 * @param rewards the rewards they were computed from, which know what is applicable
 * @param report what the estimator met
 */
public record SampleAdvantages(double[] values, Rewards rewards, AdvantageReport report) {
    /**
     * Gives every policy token of a row the advantage of its sample. Samples without an applicable reward lose their
     * tokens in the mask of the result, so that whitening does not count their zeros.
     *
     * @param mask the policy tokens, one row for each sample
     * @return advantages on tokens, with returns equal to the advantages
     */
    public TokenAdvantages broadcast(TokenMask mask) {
        TokenMask applicable = mask.onlyApplicable(rewards);
        double[] tokens = new double[mask.size()];
        int columns = mask.columns();
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = applicable.isPolicy(i) ? values[i / columns] : 0;
        }
        return new TokenAdvantages(applicable, tokens, tokens, report.excludedSamples());
    }
}
