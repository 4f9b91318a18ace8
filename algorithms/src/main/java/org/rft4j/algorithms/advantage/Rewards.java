package org.rft4j.algorithms.advantage;

import java.util.Arrays;
import java.util.List;
import org.rft4j.engine.Check;

/**
 * One scalar reward for each sample; a sample may be "not applicable". Immutable.
 *
 * <p>Not-applicable is declared with a second array, not with NaN: a NaN that a reward function produced by accident is
 * an error here, not a sample that silently leaves the batch.
 */
public final class Rewards {
    private final double[] values; // NaN only where not applicable
    private final int notApplicable;

    private Rewards(double[] values, int notApplicable) {
        this.values = values;
        this.notApplicable = notApplicable;
    }

    /**
     * Rewards that all apply.
     *
     * @param values one finite reward for each sample
     * @return the rewards
     */
    public static Rewards of(double... values) {
        boolean[] applicable = new boolean[values.length];
        Arrays.fill(applicable, true);
        return of(values, applicable);
    }

    /**
     * Rewards of which some do not apply.
     *
     * @param values one reward for each sample; anything, NaN included, where it does not apply
     * @param applicable whether the reward applies
     * @return the rewards
     */
    public static Rewards of(double[] values, boolean[] applicable) {
        Inputs.requireNotEmpty(values.length, "number of rewards");
        Inputs.requireLength(applicable.length, values.length, "applicable", "the number of rewards");
        double[] copy = new double[values.length];
        int missing = 0;
        for (int i = 0; i < values.length; i++) {
            if (applicable[i]) {
                copy[i] = Inputs.requireUsable(values[i], "reward", i);
            } else {
                copy[i] = Double.NaN;
                missing++;
            }
        }
        return new Rewards(copy, missing);
    }

    /**
     * The weighted sum of reward components, which is what GRPO normalises when it has several rewards ("sum, then
     * normalise"). A component that does not apply to a sample counts 0 there; a sample to which none applies is not
     * applicable.
     *
     * @param components the components, all of the same length
     * @param weights one weight for each component
     * @return the sums
     */
    public static Rewards weightedSum(List<Rewards> components, double... weights) {
        int samples = requireComponents(components, weights);
        double[] sums = new double[samples];
        boolean[] applicable = new boolean[samples];
        for (int k = 0; k < weights.length; k++) {
            Rewards component = components.get(k);
            for (int i = 0; i < samples; i++) {
                if (component.isApplicable(i)) {
                    sums[i] += weights[k] * component.values[i];
                    applicable[i] = true;
                }
            }
        }
        return of(sums, applicable);
    }

    static int requireComponents(List<Rewards> components, double[] weights) {
        Inputs.requireNotEmpty(components.size(), "number of reward components");
        Inputs.requireLength(weights.length, components.size(), "weights", "the number of reward components");
        int samples = components.get(0).size();
        for (int k = 0; k < weights.length; k++) {
            Inputs.requireLength(components.get(k).size(), samples, "reward component " + k, "the number of samples");
            Check.that(
                    Double.isFinite(weights[k]),
                    "weight[" + k + "]",
                    weights[k],
                    "must be finite",
                    "use 0 to switch a component off");
        }
        return samples;
    }

    /**
     * Number of samples.
     *
     * @return N
     */
    public int size() {
        return values.length;
    }

    /**
     * Whether the reward of a sample applies.
     *
     * @param sample index of the sample
     * @return false where it was declared not applicable
     */
    public boolean isApplicable(int sample) {
        return !Double.isNaN(values[sample]);
    }

    /**
     * The reward of a sample.
     *
     * @param sample index of the sample
     * @return the reward; NaN exactly where it is not applicable
     */
    public double value(int sample) {
        return values[sample];
    }

    /**
     * How many samples have no applicable reward.
     *
     * @return the count
     */
    public int notApplicable() {
        return notApplicable;
    }
}
