package org.rft4j.algorithms.group;

import org.rft4j.algorithms.advantage.GroupRelative;
import org.rft4j.algorithms.advantage.RewardScale;
import org.rft4j.algorithms.advantage.SingletonRule;
import org.rft4j.algorithms.advantage.Whitening;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.algorithms.kl.KlCoefficient;
import org.rft4j.algorithms.kl.KlEstimator;
import org.rft4j.algorithms.kl.KlForm;
import org.rft4j.algorithms.kl.KlPenalty;
import org.rft4j.algorithms.ratio.RatioLevel;
import org.rft4j.algorithms.surrogate.Cispo;
import org.rft4j.algorithms.surrogate.MiniRl;
import org.rft4j.algorithms.surrogate.PolicyGradient;
import org.rft4j.algorithms.surrogate.PpoClip;
import org.rft4j.algorithms.surrogate.Sapo;
import org.rft4j.core.training.Needs;

/**
 * The policy gradients on groups that have names, with the numbers of their papers, or of the code that is named where a paper leaves one
 * open. G is the number of answers to a prompt, lr the learning rate with AdamW; these belong to the run and are only named here. The learning rates
 * are for training all weights of models of 1 to 32 billion parameters: smaller models and adapters want ten to a hundred times more.
 *
 * <p>Change one with {@code new GroupPolicyGradient(Presets.dapo().options().withRows(RowChoice.ENDED))}.
 *
 * <p>Differences that all share: a sample that is alone in its group gets advantage 0; sequences without a trained token do not count in means
 * over sequences; sums are normalised over the optimiser step.
 */
public final class Presets {
    private Presets() {}

    /**
     * GRPO of "DeepSeekMath" (arXiv 2402.03300), section 4.2: clip 0.2, k3 in the loss with 0.04 (clamped as in verl, so that a single token far off does not end a step), each sequence counts the same. There G = 64, one step
     * for each batch of 1024 answers, lr 1e-6. The paper names neither the clip nor the epsilon of the std: those are verl's, 0.2 and 1e-6.
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient grpo() {
        return new GroupPolicyGradient(
                GroupOptions.of("grpo", standardised(), RatioLevel.TOKEN, PpoClip.of(0.2, 0.2), sequenceMean())
                        .withKl(inLoss(KlEstimator.CLAMPED_K3, 0.04)));
    }

    /**
     * GRPO as TRL runs it by default ({@code loss_type="dapo"}): clip 0.2, every token counts the same, no KL, std + 1e-4. TRL's defaults beside:
     * G = 8, one iteration, lr 1e-6. With vLLM as sampler TRL adds {@code SamplerCorrection.TRL}.
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient grpoTrl() {
        return new GroupPolicyGradient(GroupOptions.of(
                "grpo-trl",
                Advantages.groupRelative(GroupRelative.Options.trl()),
                RatioLevel.TOKEN,
                PpoClip.of(0.2, 0.2),
                new Aggregation.TokenMean()));
    }

    /**
     * Dr.GRPO of "Understanding R1-Zero-Like Training" (arXiv 2503.20783): no std, each sequence's sum over the limit of generated tokens, clip 0.2,
     * no KL. There G = 8, 128 prompts for each batch, lr 1e-6.
     *
     * @param maxNewTokens the most tokens that the run lets the policy write
     * @return the algorithm
     */
    public static GroupPolicyGradient drGrpo(int maxNewTokens) {
        return new GroupPolicyGradient(GroupOptions.of(
                "dr_grpo",
                centred(),
                RatioLevel.TOKEN,
                PpoClip.of(0.2, 0.2),
                new Aggregation.SequenceMeanTokenSum(maxNewTokens)));
    }

    /**
     * DAPO (arXiv 2503.14476): clip 0.2 and 0.28, every token counts the same, no KL; dual clip 10 as in its recipe in verl. To be complete it
     * takes dynamic sampling ({@code DynamicSampling} drops groups without spread and samples on) and the reward {@code SoftOverlong} (there limit
     * 20480, buffer 4096, factor 1). There G = 16, rewards 1 and -1, 512 prompts for each batch, 16 steps on it, lr 1e-6. Overlong filtering,
     * which the paper tries before the soft penalty, is {@link RowChoice#ENDED}.
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient dapo() {
        return new GroupPolicyGradient(GroupOptions.of(
                "dapo",
                standardised(),
                RatioLevel.TOKEN,
                PpoClip.of(0.2, 0.28).withDualClip(10),
                new Aggregation.TokenMean()));
    }

    /**
     * TRL's {@code loss_type="bnpo"}: as its GRPO, with the token mean of the batch that is trained. TRL takes that over a micro-batch, whose size then
     * changes the loss; here it is over the optimiser step, so that this is {@link #grpoTrl} under another name. The rewards are not normalised by a
     * Beta distribution, as in the paper of that name (arXiv 2506.02864).
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient bnpo() {
        return new GroupPolicyGradient(grpoTrl().options().withName("bnpo"));
    }

    /**
     * GSPO (arXiv 2507.18071): the ratio is the geometric mean of a sequence, clip 3e-4 and 4e-4, each sequence counts the same, no KL. There each
     * batch is trained in four steps.
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient gspo() {
        return new GroupPolicyGradient(GroupOptions.of(
                "gspo", standardised(), RatioLevel.SEQUENCE_MEAN, PpoClip.of(3e-4, 4e-4), sequenceMean()));
    }

    /**
     * CISPO of "MiniMax-M1" (arXiv 2506.13585): ratios are weights of at most 5 (TRL's documentation; the paper names no number) that carry no gradient,
     * every token counts the same, no KL.
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient cispo() {
        return new GroupPolicyGradient(
                GroupOptions.of("cispo", standardised(), RatioLevel.TOKEN, Cispo.upTo(5), new Aggregation.TokenMean()));
    }

    /**
     * SAPO (arXiv 2511.20347): a soft gate in place of the clip, temperatures 1 and 1.05, each sequence counts the same, no KL.
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient sapo() {
        return new GroupPolicyGradient(
                GroupOptions.of("sapo", standardised(), RatioLevel.TOKEN, Sapo.PAPER, sequenceMean()));
    }

    /**
     * RLOO (arXiv 2402.14740) as TRL runs it: the reward less 0.05 times k1 of the sequence, against the mean of the others; the ratio is that of whole
     * sequences, clip 0.2. TRL's defaults beside: G = 2, one iteration, lr 1e-6. The paper does one step for each batch, where ratio and clip do nothing.
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient rloo() {
        return new GroupPolicyGradient(GroupOptions.of(
                        "rloo",
                        Advantages.leaveOneOut(SingletonRule.ZERO),
                        RatioLevel.SEQUENCE_SUM,
                        PpoClip.of(0.2, 0.2),
                        sequenceMean())
                .withKl(inReward(0.05)));
    }

    /**
     * LOOP (arXiv 2502.01600) as its authors' code has it: leave-one-out without std, ratios of tokens in [1/1.1, 1.1], the mean of each rollout's
     * tokens, rollouts with an advantage below 0.01 left out, no KL. There G = 6, 40 tasks for each batch, two passes in steps of 32 rollouts, LoRA,
     * lr 5e-5, gradient norm at most 0.1. Difference: the code divides by 32 in a smaller last step too.
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient loop() {
        return new GroupPolicyGradient(GroupOptions.of(
                        "loop",
                        Advantages.leaveOneOut(SingletonRule.ZERO),
                        RatioLevel.TOKEN,
                        PpoClip.loop(0.1),
                        sequenceMean())
                .withRows(new RowChoice(true, 0.01)));
    }

    /**
     * REINFORCE++ (arXiv 2501.03262): k1 in the reward of each token, returns whitened over the batch, clip 0.2, every token counts the same. The KL
     * coefficient is OpenRLHF's default, 0.01. G may be 1.
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient reinforcePlusPlus() {
        return new GroupPolicyGradient(GroupOptions.of(
                        "reinforce_plus_plus",
                        Advantages.reinforcePlusPlus(1, Whitening.Options.DEFAULT),
                        RatioLevel.TOKEN,
                        PpoClip.of(0.2, 0.2),
                        new Aggregation.TokenMean())
                .withKl(inReward(0.01)));
    }

    /**
     * REINFORCE++ with baseline: the reward against the mean of its group, whitened over the batch; k2 in the loss. The rest is as in
     * {@link #reinforcePlusPlus}.
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient reinforcePlusPlusBaseline() {
        KlEstimator k2 = new KlEstimator(KlForm.K2, KlEstimator.Clamp.WIDE, KlEstimator.Gradient.OWN);
        return new GroupPolicyGradient(GroupOptions.of(
                        "reinforce_plus_plus_baseline",
                        Advantages.reinforcePlusPlusBaseline(SingletonRule.ZERO, Whitening.Options.DEFAULT),
                        RatioLevel.TOKEN,
                        PpoClip.of(0.2, 0.2),
                        new Aggregation.TokenMean())
                .withKl(inLoss(k2, 0.01)));
    }

    /**
     * ReMax (arXiv 2310.10505): the reward against that of the greedy answer, which the scores must name, see {@link Advantages#reMax}; the plain
     * policy gradient of whole sequences; k1 in the reward with verl's default of 0.001. G = 1 and one step for each batch.
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient reMax() {
        return new GroupPolicyGradient(GroupOptions.of(
                        "remax",
                        Advantages.reMax(),
                        RatioLevel.TOKEN,
                        new PolicyGradient(),
                        new Aggregation.SequenceMeanTokenSum(1))
                .withKl(inReward(0.001))
                .withOldLogProbs(Needs.OldLogProbs.NONE));
    }

    /**
     * OPO (arXiv 2505.23585): the reward against the length-weighted mean of its group; the plain policy gradient, no KL, no clip, because each batch is
     * trained in a single step. Every token counts the same, as in verl, on which its authors built.
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient opo() {
        return new GroupPolicyGradient(GroupOptions.of(
                        "opo",
                        Advantages.lengthWeighted(SingletonRule.ZERO),
                        RatioLevel.TOKEN,
                        new PolicyGradient(),
                        new Aggregation.TokenMean())
                .withOldLogProbs(Needs.OldLogProbs.NONE));
    }

    /**
     * MiniRL (arXiv 2512.01374): no std, weights against the sampler of at most 5, tokens outside 0.2 and 0.27 left out, no division by length, no KL. There
     * G = 16, 64 prompts for each batch. The weight is a sampler correction already: another one would count twice.
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient miniRl() {
        return new GroupPolicyGradient(GroupOptions.of(
                "minirl", centred(), RatioLevel.TOKEN, MiniRl.PAPER, new Aggregation.SequenceMeanTokenSum(1)));
    }

    /**
     * RAFT++ of "A Minimalist Approach to LLM Reasoning" (arXiv 2504.11343) as its code has it: the reward where it is above 0, without a baseline; clip
     * 0.2, dual clip 3, every token counts the same; clamped k3 in the loss with 0.001. There G = 4, rewards 1 and 0, lr 1e-6.
     *
     * @return the algorithm
     */
    public static GroupPolicyGradient raftPlusPlus() {
        return new GroupPolicyGradient(GroupOptions.of(
                        "raft_plus_plus",
                        Advantages.positiveRewards(),
                        RatioLevel.TOKEN,
                        PpoClip.of(0.2, 0.2).withDualClip(3),
                        new Aggregation.TokenMean())
                .withKl(inLoss(KlEstimator.CLAMPED_K3, 0.001)));
    }

    private static AdvantageEstimator standardised() {
        return Advantages.groupRelative(new GroupRelative.Options(RewardScale.VERL, SingletonRule.ZERO));
    }

    private static AdvantageEstimator centred() {
        return Advantages.groupRelative(GroupRelative.Options.drGrpo());
    }

    private static Aggregation sequenceMean() {
        return new Aggregation.SequenceMeanTokenMean();
    }

    private static KlPenalty inLoss(KlEstimator estimator, double coefficient) {
        return new KlPenalty.InLoss(estimator, new KlCoefficient.Fixed(coefficient), KlPenalty.Weighting.PLAIN);
    }

    private static KlPenalty inReward(double coefficient) {
        return new KlPenalty.InReward(KlEstimator.K1, new KlCoefficient.Fixed(coefficient));
    }
}
