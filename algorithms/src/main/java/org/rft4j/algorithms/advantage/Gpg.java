package org.rft4j.algorithms.advantage;

import org.rft4j.engine.Check;

/**
 * GPG: the centred reward times a factor that makes up for samples without a gradient.
 *
 * <p>"GPG: A Simple and Strong Reinforcement Learning Baseline for Model Reasoning" (arXiv 2504.02546), section 3.2
 * (accurate gradient estimation).
 *
 * <pre>  A_i = alpha (R_i - mean_g) / f_norm,   alpha = N / N_signal</pre>
 *
 * <p>What counts as a signal is where paper and reference implementation differ, so both are offered: the paper's idea is
 * the samples of groups whose rewards are not all equal ({@link Signal#UNEQUAL_GROUPS}); verl counts the samples whose
 * reward is not zero ({@link Signal#NONZERO_REWARDS}), which coincides only by accident: it counts an all-correct group,
 * whose gradient vanishes, and not the wrong answers of a mixed group, whose gradient does not.
 *
 * <p>Reference implementation: verl {@code core_algos.py}, {@code compute_gpg_outcome_advantage}, at b178a3cd. Its
 * {@code f_norm} is a constant (1 by default); a scale by the group's std is {@link GroupRelative}.
 *
 * <p>Limits: no group without spread and {@code f_norm} 1 gives Dr.GRPO with {@link Signal#UNEQUAL_GROUPS}.
 */
public final class Gpg {
    private Gpg() {}

    /** Which samples are counted as carrying a gradient. */
    public enum Signal {
        /** Applicable samples of groups with at least two different rewards. */
        UNEQUAL_GROUPS {
            @Override
            int count(Rewards rewards, GroupStatistics statistics) {
                int count = 0;
                for (int group = 0; group < statistics.groups(); group++) {
                    boolean unequal = statistics.count(group) > 1 && !statistics.isZeroSpread(group);
                    count += unequal ? statistics.count(group) : 0;
                }
                return count;
            }
        },

        /** Applicable samples with a reward other than 0, as verl counts. */
        NONZERO_REWARDS {
            @Override
            int count(Rewards rewards, GroupStatistics statistics) {
                int count = 0;
                for (int i = 0; i < rewards.size(); i++) {
                    count += rewards.isApplicable(i) && rewards.value(i) != 0 ? 1 : 0;
                }
                return count;
            }
        };

        abstract int count(Rewards rewards, GroupStatistics statistics);
    }

    /**
     * Options.
     *
     * @param signal what {@code alpha} counts
     * @param singleton what a group of one gets, before it is multiplied by {@code alpha / norm}
     * @param norm the constant {@code f_norm}
     */
    public record Options(Signal signal, SingletonRule singleton, double norm) {
        /**
         * Validates the options.
         *
         * @param signal what {@code alpha} counts
         * @param singleton what a group of one gets
         * @param norm finite, above 0
         */
        public Options {
            Check.that(
                    norm > 0 && norm < Double.POSITIVE_INFINITY,
                    "norm",
                    norm,
                    "must be finite and above 0",
                    "use 1 for no normalisation");
        }

        /**
         * The paper's factor.
         *
         * @return unequal groups, group of one 0, norm 1
         */
        public static Options paper() {
            return new Options(Signal.UNEQUAL_GROUPS, SingletonRule.ZERO, 1);
        }

        /**
         * verl's factor.
         *
         * @return nonzero rewards, group of one R, norm 1
         */
        public static Options verl() {
            return new Options(Signal.NONZERO_REWARDS, SingletonRule.REWARD, 1);
        }
    }

    /**
     * Computes the advantages.
     *
     * @param rewards one reward for each sample
     * @param groups which samples share a prompt
     * @param options what counts as a signal
     * @return one advantage for each sample
     */
    public static SampleAdvantages compute(Rewards rewards, Groups groups, Options options) {
        GroupStatistics statistics = GroupStatistics.of(rewards, groups);
        SampleAdvantages centred = GroupRelative.compute(
                rewards, groups, new GroupRelative.Options(RewardScale.NONE, options.singleton()));
        int applicable = rewards.size() - rewards.notApplicable();
        int signal = Math.max(1, options.signal().count(rewards, statistics));
        double factor = applicable / (signal * options.norm());
        double[] advantages = centred.values().clone();
        for (int i = 0; i < advantages.length; i++) {
            advantages[i] *= factor;
        }
        return new SampleAdvantages(advantages, rewards, centred.report());
    }
}
