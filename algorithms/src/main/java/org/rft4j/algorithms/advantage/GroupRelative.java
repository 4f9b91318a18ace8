package org.rft4j.algorithms.advantage;

/**
 * GRPO and Dr.GRPO: the reward against the mean of its group, over a scale.
 *
 * <p>GRPO: "DeepSeekMath" (arXiv 2402.03300), section 4.1.2. Dr.GRPO: "Understanding R1-Zero-Like Training" (arXiv
 * 2503.20783), section 3.2.
 *
 * <pre>  A_i = (R_i - mean_g) / scale_g</pre>
 *
 * where {@code scale_g} is one of {@link RewardScale}: group std + epsilon (GRPO), batch std + epsilon (TRL), or 1
 * (Dr.GRPO).
 *
 * <p>Differences from the papers:
 *
 * <ol>
 *   <li>epsilon and the divisor of the variance, which the paper leaves open, are options;
 *   <li>a group whose rewards are all equal gives exactly 0. Elsewhere the rounding residue of the mean survives:
 *       {@code 0.1} three times over {@code std + 1e-6} gives about 1e-11;
 *   <li>rewards that do not apply are left out of mean and std, as in TRL;
 *   <li>a group of one follows a stated rule. verl divides its reward by {@code 1 + 1e-6}; here it is R itself.
 * </ol>
 *
 * <p>Reference implementations: verl {@code core_algos.py}, {@code compute_grpo_outcome_advantage}, at b178a3cd; TRL
 * {@code grpo_trainer.py}, {@code sum_then_normalize}, at f2cd5771. verl's {@code grpo_vectorized} clamps the variance
 * from below at epsilon and takes it from a difference of sums in float32; it is not reproduced.
 *
 * <p>Limits: advantages of a group sum to 0; adding a constant to R changes nothing; multiplying R by c multiplies the
 * advantage by c for {@link RewardScale#NONE} and changes nothing (up to epsilon) for the others.
 */
public final class GroupRelative {
    private GroupRelative() {}

    /**
     * Options.
     *
     * @param scale what the centred reward is divided by
     * @param singleton what a group of one gets
     */
    public record Options(RewardScale scale, SingletonRule singleton) {
        /**
         * GRPO as TRL runs it.
         *
         * @return unbiased group std + 1e-4, group of one 0
         */
        public static Options trl() {
            return new Options(RewardScale.TRL, SingletonRule.ZERO);
        }

        /**
         * GRPO as verl runs it.
         *
         * @return unbiased group std + 1e-6, group of one R
         */
        public static Options verl() {
            return new Options(RewardScale.VERL, SingletonRule.REWARD);
        }

        /**
         * Dr.GRPO.
         *
         * @return no scale, group of one 0
         */
        public static Options drGrpo() {
            return new Options(RewardScale.NONE, SingletonRule.ZERO);
        }
    }

    /**
     * Computes the advantages.
     *
     * @param rewards one reward for each sample
     * @param groups which samples share a prompt
     * @param options scale and rule for groups of one
     * @return one advantage for each sample
     */
    public static SampleAdvantages compute(Rewards rewards, Groups groups, Options options) {
        GroupStatistics statistics = GroupStatistics.of(rewards, groups);
        double[] divisors = options.scale().divisors(statistics);
        return GroupBaseline.apply(rewards, groups, statistics, options.singleton(), (group, reward) -> {
            double centred = reward - statistics.mean(group);
            return divisors[group] == 0 ? 0 : centred / divisors[group];
        });
    }
}
