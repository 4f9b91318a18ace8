package org.rft4j.algorithms.preference;

import org.rft4j.algorithms.aggregation.Aggregation;

/**
 * The preference objectives that have names, with the numbers of their papers, or of the code that is named. Each says which length it takes (sums
 * or means of log-probs) and what it compares with. Learning rates belong to the run, and are 5e-7 to 1e-6 with AdamW for all weights of large
 * models; smaller models and adapters want ten to a hundred times more.
 *
 * <p>Change one with {@code new PreferenceObjective(PreferencePresets.dpo(0.1).options().withOnPolicyWeights())}.
 *
 * <p>What all share: pairs with a missing side are left out before training, ties and equal answers must not come; means are over the pairs
 * of the optimiser step, and likelihoods over its tokens, where TRL takes those of a micro-batch.
 *
 * <p>Names of TRL 1.16.0 that do something else than one would think: {@code loss_type="sigmoid"} ignores {@code label_smoothing}, so conservative
 * DPO is not in its DPO trainer; {@code "ipo"} divides by lengths; {@code simpo_gamma} is a margin after beta, so its 0.5 with its beta of 0.1 is
 * gamma/beta = 5; {@code cpo_alpha} is 1 with {@code "simpo"} too, which adds a likelihood that SimPO does not have; ORPO's likelihood covers
 * the prompt.
 */
public final class PreferencePresets {
    private PreferencePresets() {}

    private static PreferenceObjective of(String name, PairLoss loss, PairReference reference) {
        return new PreferenceObjective(PreferenceOptions.of(name, loss, reference));
    }

    private static PreferenceObjective with(
            String name, PairLoss loss, PairReference reference, Likelihood likelihood) {
        return new PreferenceObjective(
                PreferenceOptions.of(name, loss, reference).withLikelihood(likelihood));
    }

    /**
     * DPO (arXiv 2305.18290). Sums; a fixed reference; no smoothing. The paper and all libraries begin with beta 0.1.
     *
     * @param beta how much a log-ratio counts
     * @return the objective
     */
    public static PreferenceObjective dpo(double beta) {
        return of("dpo", Sigmoid.of(beta), PairReference.FIXED);
    }

    /**
     * DPO with label smoothing (conservative DPO), of {@code eric-mitchell/direct-preference-optimization}. Sums; a fixed reference.
     *
     * @param beta how much a log-ratio counts
     * @param labelSmoothing the share of pairs whose label is taken to be wrong, such as 0.1
     * @return the objective
     */
    public static PreferenceObjective conservativeDpo(double beta, double labelSmoothing) {
        return of("conservative-dpo", new Sigmoid(beta, labelSmoothing, Length.SUM, Margin.NONE), PairReference.FIXED);
    }

    /**
     * DPO against the policy with which the round began: online and iterated DPO. Sums. "RLHF Workflow" (arXiv 2405.07863) has beta 0.1, pairs of
     * best and worst of 8 samples, ties dropped, and two passes over a round. SPIN (2401.01335) is the same on pairs of a person's answer and the
     * policy's own; its scripts have beta 0.1, and 5 in the third round.
     *
     * @param beta how much a log-ratio counts
     * @return the objective
     */
    public static PreferenceObjective iterativeDpo(double beta) {
        return of("iterative-dpo", Sigmoid.of(beta), PairReference.ROUND_START);
    }

    /**
     * DPO with an offset: the chosen answer should win by the number that the pair has in the column {@code margin} (arXiv 2402.10571). Sums; a
     * fixed reference.
     *
     * @param beta how much a log-ratio counts
     * @return the objective
     */
    public static PreferenceObjective offsetDpo(double beta) {
        return of("offset-dpo", new Sigmoid(beta, 0, Length.SUM, Margin.OF_PAIR), PairReference.FIXED);
    }

    /**
     * DPO on means, TRL's {@code sigmoid_norm}. A fixed reference. As log-ratios are divided by lengths, beta must be larger than DPO's by about
     * the length of an answer.
     *
     * @param beta how much a log-ratio counts
     * @return the objective
     */
    public static PreferenceObjective sigmoidNorm(double beta) {
        return of("sigmoid-norm", new Sigmoid(beta, 0, Length.MEAN, Margin.NONE), PairReference.FIXED);
    }

    /**
     * Robust DPO (arXiv 2403.00409): epsilon 0.1. Sums; a fixed reference.
     *
     * @param beta how much a log-ratio counts
     * @return the objective
     */
    public static PreferenceObjective robustDpo(double beta) {
        return of("robust-dpo", new Robust(beta, 0.1), PairReference.FIXED);
    }

    /**
     * The hinge of SLiC on log-ratios. Sums; a fixed reference.
     *
     * @param beta how much a log-ratio counts
     * @return the objective
     */
    public static PreferenceObjective hinge(double beta) {
        return of("hinge", new Hinge(beta), PairReference.FIXED);
    }

    /**
     * IPO as its paper writes it (arXiv 2310.12036), and {@code eric-mitchell/direct-preference-optimization} and OpenRLHF have it. Sums; a fixed
     * reference.
     *
     * @param beta the paper's tau; the log-ratio that is aimed at is 1 / (2 beta)
     * @return the objective
     */
    public static PreferenceObjective ipo(double beta) {
        return of("ipo", new Ipo(beta, Length.SUM), PairReference.FIXED);
    }

    /**
     * IPO as TRL has it. Means; a fixed reference.
     *
     * @param beta the paper's tau; the log-ratio of a token that is aimed at is 1 / (2 beta)
     * @return the objective
     */
    public static PreferenceObjective ipoTrl(double beta) {
        return of("ipo-trl", new Ipo(beta, Length.MEAN), PairReference.FIXED);
    }

    /**
     * NCA (arXiv 2402.05369) with its beta of 0.01. Sums; a fixed reference.
     *
     * @return the objective
     */
    public static PreferenceObjective ncaPair() {
        return of("nca-pair", new NcaPair(0.01), PairReference.FIXED);
    }

    /**
     * BCO on pairs (arXiv 2404.04656) with its beta of 0.01. Sums; a fixed reference.
     *
     * @return the objective
     */
    public static PreferenceObjective bcoPair() {
        return of("bco-pair", new BcoPair(0.01), PairReference.FIXED);
    }

    /**
     * SPPO (arXiv 2405.00675) with certain labels. Sums; the reference is the policy with which the round began; beta 0.001 as in uclaml/SPPO.
     *
     * @return the objective
     */
    public static PreferenceObjective sppoHard() {
        return of("sppo-hard", new SppoHard(0.001), PairReference.ROUND_START);
    }

    /**
     * EXO on pairs (arXiv 2402.00856) with beta 0.1 and epsilon 1e-3. Sums; a fixed reference.
     *
     * @return the objective
     */
    public static PreferenceObjective exoPair() {
        return of("exo-pair", new ExoPair(0.1, 1e-3), PairReference.FIXED);
    }

    /**
     * APO-zero (arXiv 2408.06266) with beta 0.1. Sums; a fixed reference.
     *
     * @return the objective
     */
    public static PreferenceObjective apoZero() {
        return of("apo-zero", new ApoZero(0.1), PairReference.FIXED);
    }

    /**
     * APO-down (arXiv 2408.06266) with beta 0.1. Sums; a fixed reference.
     *
     * @return the objective
     */
    public static PreferenceObjective apoDown() {
        return of("apo-down", new ApoDown(0.1), PairReference.FIXED);
    }

    /**
     * DiscoPOP (arXiv 2406.08414) with beta 0.05 and tau 0.05. Sums; a fixed reference.
     *
     * @return the objective
     */
    public static PreferenceObjective discoPop() {
        return of("discopop", new DiscoPop(0.05, 0.05), PairReference.FIXED);
    }

    /**
     * DPO under another divergence (arXiv 2309.16240). Sums; a fixed reference.
     *
     * @param beta how much a score counts
     * @param divergence what holds the policy back
     * @return the objective
     */
    public static PreferenceObjective fDpo(double beta, FDivergence divergence) {
        return new PreferenceObjective(PreferenceOptions.of("f-dpo", Sigmoid.of(beta), PairReference.FIXED)
                .withDivergence(divergence));
    }

    /**
     * LD-DPO (arXiv 2409.06411). Sums in which tokens count alpha that come after as many as the shorter answer has; a fixed reference.
     *
     * @param beta how much a log-ratio counts
     * @param alpha from 0 to 1
     * @return the objective
     */
    public static PreferenceObjective ldDpo(double beta, double alpha) {
        return new PreferenceObjective(PreferenceOptions.of("ld-dpo", Sigmoid.of(beta), PairReference.FIXED)
                .withVerboseWeight(alpha));
    }

    /**
     * WPO (arXiv 2406.11827): DPO whose pairs count as much as the policy is likely to write them. Sums; a fixed reference.
     *
     * @param beta how much a log-ratio counts
     * @return the objective
     */
    public static PreferenceObjective wpo(double beta) {
        return new PreferenceObjective(PreferenceOptions.of("wpo", Sigmoid.of(beta), PairReference.FIXED)
                .withOnPolicyWeights());
    }

    /**
     * Iterative RPO (arXiv 2404.19733): DPO and the likelihood of the chosen answer, per token and then per answer. Sums; the reference is the policy with
     * which the round began. The paper has beta 0.1 and alpha 1.
     *
     * @param beta how much a log-ratio counts
     * @param alpha how much the likelihood counts
     * @return the objective
     */
    public static PreferenceObjective rpo(double beta, double alpha) {
        return with(
                "rpo",
                Sigmoid.of(beta),
                PairReference.ROUND_START,
                new Likelihood(alpha, Likelihood.Target.CHOSEN, new Aggregation.SequenceMeanTokenMean()));
    }

    /**
     * MPO of InternVL (arXiv 2411.10442) with the weights of TRL's documentation: 0.8 DPO, 0.2 BCO on pairs, 1 likelihood of the chosen answer, beta
     * 0.1. Sums; a fixed reference.
     *
     * @return the objective
     */
    public static PreferenceObjective mpo() {
        return new PreferenceObjective(PreferenceOptions.of("mpo", Sigmoid.of(0.1), PairReference.FIXED)
                .withLosses(new WeightedLoss(Sigmoid.of(0.1), 0.8), new WeightedLoss(new BcoPair(0.1), 0.2))
                .withLikelihood(Likelihood.of(1, Likelihood.Target.CHOSEN)));
    }

    /**
     * MODPO (arXiv 2310.03708) with beta 0.1. Sums; a fixed reference; rows have {@link Modpo#OTHER_REWARDS}.
     *
     * @param weight of the objective that the pairs are labelled for; the repository tries 0.1, 0.5 and 0.9
     * @return the objective
     */
    public static PreferenceObjective modpo(double weight) {
        return of("modpo", new Modpo(0.1, weight), PairReference.FIXED);
    }

    /**
     * SimPO (arXiv 2405.14734) with the defaults of princeton-nlp/SimPO: beta 2, gamma/beta 0.25. Means; no reference. Its runs have beta 2 to 10 and
     * gamma/beta 0.1 to 0.8.
     *
     * @return the objective
     */
    public static PreferenceObjective simPo() {
        return of("simpo", new Sigmoid(2, 0, Length.MEAN, Margin.of(0.5)), PairReference.NONE);
    }

    /**
     * SimPO with TRL's defaults: beta 0.1, gamma 0.5, so gamma/beta is 5, and the likelihood of the chosen answer beside. Means; no reference. For
     * comparing with TRL, not for training.
     *
     * @return the objective
     */
    public static PreferenceObjective simPoTrl() {
        return with(
                "simpo-trl",
                new Sigmoid(0.1, 0, Length.MEAN, Margin.of(0.5)),
                PairReference.NONE,
                Likelihood.of(1, Likelihood.Target.CHOSEN));
    }

    /**
     * AlphaPO (arXiv 2501.03884) with the paper's numbers for Mistral-Instruct as TRL's documentation has them: alpha 0.25, beta 2.5, gamma 0.1. Means;
     * no reference.
     *
     * @return the objective
     */
    public static PreferenceObjective alphaPo() {
        return of("alphapo", new AlphaPo(2.5, 0.1, 0.25, 0), PairReference.NONE);
    }

    /**
     * CPO (arXiv 2401.08417): beta 0.1, and the likelihood of the chosen answer with weight 1. Sums; no reference.
     *
     * @return the objective
     */
    public static PreferenceObjective cpo() {
        return with("cpo", Sigmoid.of(0.1), PairReference.NONE, Likelihood.of(1, Likelihood.Target.CHOSEN));
    }

    /**
     * ORPO (arXiv 2403.07691) as TRL has it: beta 0.1, and the likelihood of the prompt and the chosen answer. Means; no reference. Rows train the
     * prompt, and have the column {@code response}.
     *
     * @return the objective
     */
    public static PreferenceObjective orpo() {
        return with("orpo", new Orpo(0.1), PairReference.NONE, Likelihood.of(1, Likelihood.Target.PROMPT_AND_CHOSEN));
    }

    /**
     * ORPO with the likelihood of the chosen answer alone. Means; no reference.
     *
     * @return the objective
     */
    public static PreferenceObjective orpoOfResponses() {
        return with("orpo-of-responses", new Orpo(0.1), PairReference.NONE, Likelihood.of(1, Likelihood.Target.CHOSEN));
    }

    /**
     * TPO (arXiv 2405.16681) as its authors run it: beta 0.1, and the likelihood of the gold answer with weight 0.5. Sums; no reference.
     *
     * @return the objective
     */
    public static PreferenceObjective tpo() {
        return with("tpo", Sigmoid.of(0.1), PairReference.NONE, Likelihood.of(0.5, Likelihood.Target.GOLD));
    }

    /**
     * TPO with TRL's defaults: beta 0.01, weight 1. Sums; no reference.
     *
     * @return the objective
     */
    public static PreferenceObjective tpoTrl() {
        return with("tpo-trl", Sigmoid.of(0.01), PairReference.NONE, Likelihood.of(1, Likelihood.Target.GOLD));
    }

    /**
     * TPO-L: means and a margin of 0.5, with the numbers of {@link #tpo}. No reference.
     *
     * @return the objective
     */
    public static PreferenceObjective tpoL() {
        return with("tpo-l", tpoLoss(0.1), PairReference.NONE, Likelihood.of(0.5, Likelihood.Target.GOLD));
    }

    /**
     * TPO-L with TRL's defaults: beta 0.01, weight 1, margin 0.5. Means; no reference.
     *
     * @return the objective
     */
    public static PreferenceObjective tpoLTrl() {
        return with("tpo-l-trl", tpoLoss(0.01), PairReference.NONE, Likelihood.of(1, Likelihood.Target.GOLD));
    }

    private static Sigmoid tpoLoss(double beta) {
        return new Sigmoid(beta, 0, Length.MEAN, Margin.of(0.5));
    }
}
