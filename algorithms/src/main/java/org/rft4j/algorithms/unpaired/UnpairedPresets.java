package org.rft4j.algorithms.unpaired;

/**
 * The losses of this package by their names, with the numbers of their papers, or of the code that is named. Learning rates (lr, with
 * AdamW) and batches belong to the run and are only named here; they are for training all weights of models of 1 to 32 billion parameters.
 *
 * <p>All take sums of log-probs over the answer, none its mean.
 */
public final class UnpairedPresets {
    private UnpairedPresets() {}

    /**
     * KTO (arXiv 2402.01306) as TRL runs it: beta 0.1, both weights 1. Beside: lr 1e-6 in TRL, 5e-7 in the paper, at least 8 answers for
     * each step, data by {@link UnpairedRows} with {@link Neighbour#PREVIOUS}. Reference: the model that was fine-tuned before.
     *
     * @return the objective
     */
    public static Kto kto() {
        return new Kto(KtoOptions.DEFAULT);
    }

    /**
     * KTO with the conventions of its authors' code, HALOs: the zero point is the mean of mismatched log-ratios that are not 0. Data by
     * {@link UnpairedRows} with {@link Neighbour#NEXT}.
     *
     * @return the objective
     */
    public static Kto ktoHalos() {
        return new Kto(KtoOptions.DEFAULT.withZeroPoint(ZeroPoint.MEAN_OF_NONZERO));
    }

    /**
     * TRL's {@code apo_zero_unpaired}: KTO whose zero point is 0, for data better than the model. Data by {@link UnpairedRows} with {@link
     * Neighbour#NONE}.
     *
     * @return the objective
     */
    public static Kto apoZeroUnpaired() {
        return new Kto(KtoOptions.DEFAULT.withZeroPoint(ZeroPoint.NONE));
    }

    /**
     * BCO (arXiv 2404.04656) as TRL ran it: beta 0.1, delta moved before use. Beside: lr 5e-7, data by {@link UnpairedRows} with {@link
     * Neighbour#NONE}.
     *
     * @return the objective
     */
    public static Bco bco() {
        return new Bco(Bco.Options.DEFAULT);
    }

    /**
     * AOT on pairs (arXiv 2406.05882), TRL's {@code aot}: margins are sorted, beta 0.1, no smoothing. Beside: lr 1e-6, large steps.
     *
     * @return the objective
     */
    public static Aot aot() {
        return new Aot(Aot.Options.of(Aot.Sorted.MARGINS));
    }

    /**
     * AOT whose sides are sorted apart, TRL's {@code aot_unpaired}. The rest is as in {@link #aot}.
     *
     * @return the objective
     */
    public static Aot aotUnpaired() {
        return new Aot(Aot.Options.of(Aot.Sorted.LOG_RATIOS));
    }

    /**
     * Kimi k1.5's objective (arXiv 2501.12599) with the mean of the group as baseline. The paper names no tau. Beside: one reward of right
     * and wrong, and one round for each of its iterations.
     *
     * @param tau how much of a log-ratio a reward is worth
     * @return the objective
     */
    public static MirrorDescent kimi(double tau) {
        return new MirrorDescent(tau, MirrorDescent.Baseline.MEAN);
    }
}
