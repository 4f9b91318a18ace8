package org.rft4j.algorithms.advantage;

import java.util.List;

/**
 * GDPO: each reward component is normalised in its group before the weighted sum, so that a component with a small
 * spread is not drowned by one with a large spread; then the sum is normalised over the batch.
 *
 * <p>"GDPO: Group reward-Decoupled Normalization Policy Optimization" (arXiv 2601.05242), section 3.
 *
 * <pre>  S_i = sum_k w_k (R_ik - mean_g(R_k)) / scale_g(R_k),   A_i = (S_i - mean(S)) / scale(S)</pre>
 *
 * <p>Differences from the paper: equal values give exactly 0 in both steps; a component that does not apply to a sample
 * adds nothing to its sum, and a sample to which none applies is excluded.
 *
 * <p>Reference implementations: TRL {@code grpo_trainer.py}, {@code multi_objective_aggregation="normalize_then_sum"}, at
 * f2cd5771 ({@link Options#trl()}: unbiased std + 1e-4 twice, the second over samples). verl's {@code gdpo} takes its
 * batch step over <em>tokens</em>, which weighs long responses more: broadcast {@link #weightedSums} and pass it to
 * {@link Whitening}.
 *
 * <p>Limits: one component without the batch step is {@link GroupRelative}. Scaling one component changes nothing (up to epsilon).
 */
public final class Gdpo {
    private Gdpo() {}

    /**
     * Options.
     *
     * @param component how each component is normalised in its group
     * @param batch what the weighted sums, centred over the batch, are divided by
     */
    public record Options(GroupRelative.Options component, RewardScale batch) {
        /**
         * GDPO as TRL runs it.
         *
         * @return unbiased std + 1e-4 in both steps
         */
        public static Options trl() {
            return new Options(GroupRelative.Options.trl(), RewardScale.TRL_BATCH);
        }
    }

    /**
     * Computes the advantages.
     *
     * @param components the reward components, all of the same length
     * @param weights one weight for each component
     * @param groups which samples share a prompt
     * @param options both normalisation steps
     * @return one advantage for each sample; the report is about the weighted sums
     */
    public static SampleAdvantages compute(List<Rewards> components, double[] weights, Groups groups, Options options) {
        SampleAdvantages sums = weightedSums(components, weights, groups, options.component());
        Groups batch = Groups.ofSize(1, groups.samples());
        GroupRelative.Options overBatch = new GroupRelative.Options(options.batch(), SingletonRule.ZERO);
        SampleAdvantages normalised = GroupRelative.compute(sums.rewards(), batch, overBatch);
        return new SampleAdvantages(normalised.values(), sums.rewards(), sums.report());
    }

    /**
     * The first step alone: the weighted sums of the group-normalised components.
     *
     * @param components the reward components, all of the same length
     * @param weights one weight for each component
     * @param groups which samples share a prompt
     * @param options how each component is normalised in its group
     * @return the sums S, as advantages and as rewards
     */
    public static SampleAdvantages weightedSums(
            List<Rewards> components, double[] weights, Groups groups, GroupRelative.Options options) {
        int samples = Rewards.requireComponents(components, weights);
        double[] sums = new double[samples];
        boolean[] applicable = new boolean[samples];
        for (int k = 0; k < weights.length; k++) {
            Rewards component = components.get(k);
            double[] normalised =
                    GroupRelative.compute(component, groups, options).values();
            for (int i = 0; i < samples; i++) {
                sums[i] += weights[k] * normalised[i];
                applicable[i] |= component.isApplicable(i);
            }
        }
        Rewards summed = Rewards.of(sums, applicable);
        AdvantageReport report = GroupStatistics.of(summed, groups).report(summed, 2);
        return new SampleAdvantages(sums, summed, report);
    }
}
