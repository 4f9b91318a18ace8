package org.rft4j.algorithms.likelihood;

import org.rft4j.algorithms.aggregation.Aggregation;

/**
 * Losses of likelihood that have names, with the numbers of their papers, or of the code that is named. lr is the learning rate with AdamW; it belongs to
 * the run and is only named here. Each says its length convention.
 */
public final class LikelihoodPresets {
    private static final LolRatio.Sequence WHOLE = new LolRatio.Sequence(0.1, 1.9);

    private LikelihoodPresets() {}

    /**
     * Supervised fine-tuning as in TRL: the mean over tokens, so that long answers count more. There lr 2e-5, 3 epochs.
     *
     * @return the objective
     */
    public static Sft sft() {
        return new Sft(Sft.Options.DEFAULT);
    }

    /**
     * Dynamic fine-tuning as in TRL: the mean over tokens, each times its probability.
     *
     * @return the objective
     */
    public static Dft dft() {
        return new Dft(Dft.Options.DEFAULT);
    }

    /**
     * RAFT: fine-tuning on the best of each prompt's samples, which an arrangement of sampled groups chooses. The mean over tokens.
     *
     * @return the objective
     */
    public static Sft raft() {
        return new Sft(new Sft.Options("raft", new Aggregation.TokenMean()));
    }

    /**
     * Expert iteration: fine-tuning on all samples that are right, none twice, which an arrangement of sampled groups chooses. Easy prompts give
     * more of them and count more. The mean over tokens. In the "Echo Chamber" study lr 1e-4, 64 samples, 2 epochs, each iteration from the base model.
     *
     * @return the objective
     */
    public static Sft expertIteration() {
        return new Sft(new Sft.Options("expert-iteration", new Aggregation.TokenMean()));
    }

    /**
     * Reward-weighted regression: {@code exp(r)} times the loss, the mean over tokens.
     *
     * @return the objective
     */
    public static RewardWeighted rewardWeighted() {
        return new RewardWeighted(RewardWeightedOptions.DEFAULT);
    }

    /**
     * C-RLFT of "OpenChat" (arXiv 2309.11235): the class's weight (1 for experts, 0.1 for others, see {@link ClassConditioning}) times the loss,
     * sums over tokens, the mean over sequences. The released code divides, since its version 3.3, by the sum of the weights of all tokens: that is
     * {@code WeightedSft.Options.DEFAULT.withNormalisedWeights()}.
     *
     * @return the objective
     */
    public static WeightedSft cRlft() {
        return new WeightedSft(
                WeightedSft.Options.DEFAULT.named("c-rlft").withWeights(new Aggregation.SequenceMeanTokenSum(1)));
    }

    /**
     * The same with means over tokens in place of sums: every sequence counts as its class.
     *
     * @return the objective
     */
    public static WeightedSft cRlftPerSequence() {
        return new WeightedSft(WeightedSft.Options.DEFAULT
                .named("c-rlft-per-sequence")
                .withWeights(new Aggregation.SequenceMeanTokenMean()));
    }

    /**
     * EPO: each turn counts by its score, over its length and the number of turns, see {@link TurnWeights}; a sum over the dialogues of the
     * optimiser step. There lr 1e-6, 3 epochs.
     *
     * @return the objective
     */
    public static WeightedSft epo() {
        return new WeightedSft(WeightedSft.Options.DEFAULT.named("epo").withWeights(new Aggregation.TokenSum(1)));
    }

    /**
     * RRHF: candidates are ranked by means over their tokens, and the best one is learned by its mean. There lr 2e-5, 3 epochs, 4 to 6
     * candidates.
     *
     * @return the objective
     */
    public static Rrhf rrhf() {
        return new Rrhf(Rrhf.Options.DEFAULT);
    }

    /**
     * RRHF as its code computes it: means over the width of the padded candidates, prompt included.
     *
     * @return the objective
     */
    public static Rrhf rrhfReleased() {
        return new Rrhf(Rrhf.Options.DEFAULT.withLength(1, RrhfLength.PADDED));
    }

    /**
     * A-LoL (arXiv 2305.14718): the advantage times the ratio of whole answers. This and all below: sums over tokens, the mean over answers; gradients
     * clipped at 0.3.
     *
     * @return the objective
     */
    public static Lol aLol() {
        return new Lol(LolOptions.DEFAULT);
    }

    /**
     * A-LoL with a ratio for each token.
     *
     * @return the objective
     */
    public static Lol aLolSequence() {
        return lol("a-lol-seq", LolFactor.ADVANTAGE, new LolRatio.Token(0.1, 1.9));
    }

    /**
     * A-LoL without a reference: the advantage alone.
     *
     * @return the objective
     */
    public static Lol aLolReferenceFree() {
        return lol("a-lol-ref-free", LolFactor.ADVANTAGE, new LolRatio.None());
    }

    /**
     * A-LoL with a KL in place of the ratio.
     *
     * @param beta what leaving the reference costs
     * @return the objective
     */
    public static Lol aLolKl(double beta) {
        return new Lol(LolOptions.DEFAULT
                .named("a-lol-kl", LolFactor.ADVANTAGE, new LolRatio.None())
                .withKl(beta));
    }

    /**
     * R-LoL: rewards, which have passed a logistic function, in place of advantages.
     *
     * @return the objective
     */
    public static Lol rLol() {
        return lol("r-lol", LolFactor.REWARD, WHOLE);
    }

    /**
     * Weighted behaviour cloning: rewards and no ratio.
     *
     * @return the objective
     */
    public static Lol weightedCloning() {
        return lol("wbc", LolFactor.REWARD, new LolRatio.None());
    }

    /**
     * R-GOLD: rewards, and the probability of each token, at least 0.1, as its ratio.
     *
     * @return the objective
     */
    public static Lol rGold() {
        return lol("r-gold", LolFactor.REWARD, new LolRatio.Probability(0.1));
    }

    private static Lol lol(String name, LolFactor factor, LolRatio ratio) {
        return new Lol(LolOptions.DEFAULT.named(name, factor, ratio));
    }

    /**
     * SuperHF: the mean over tokens of the best of 32 samples, and 0.23 times the mean over tokens of KL(ref||pi). There lr 3e-5, one prompt for each step,
     * 64 new tokens.
     *
     * @return the objective
     */
    public static SuperHf superHf() {
        return new SuperHf(SuperHf.Options.DEFAULT);
    }
}
