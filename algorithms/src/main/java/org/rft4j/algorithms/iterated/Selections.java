package org.rft4j.algorithms.iterated;

import org.rft4j.algorithms.rows.RowEncoder;
import org.rft4j.core.loss.TokenColumn;

/**
 * The choices of this package by the names of their methods, with the numbers of their papers, or of the code that is named. How many
 * samples are drawn, how, and what learns from them (loss, learning rate lr with AdamW) belongs to the run and is only named here.
 */
public final class Selections {
    private Selections() {}

    /**
     * Online iterative DPO of "RLHF Workflow" (arXiv 2405.07863): best against worst, ties dropped. Beside: 8 samples at temperature 1 of
     * at most 2048 tokens, DPO with beta 0.1 and sums, lr 5e-7, two passes over a round. Its scripts take the policy at the round's start
     * as reference, its theory the first policy: say which.
     *
     * @return the choice
     */
    public static BestWorstPair rlhfWorkflow() {
        return new BestWorstPair(0);
    }

    /**
     * RAFT (arXiv 2304.06767): the best of each group, learned by likelihood. No reference.
     *
     * @return the choice
     */
    public static BestOfGroup raft() {
        return new BestOfGroup();
    }

    /**
     * SuperHF (arXiv 2310.16763): the best of 32 samples at temperature 1 and top-p 0.95, learned by likelihood with 0.23 times the
     * divergence from the reference. Beside: one prompt for each step, lr 3e-5, at most 64 new tokens.
     *
     * @return the choice
     */
    public static BestOfGroup superHf() {
        return new BestOfGroup();
    }

    /**
     * Expert iteration as in "Echo Chamber" (arXiv 2504.07912): all that are right, each text once in the whole run. Beside: 64 samples at
     * temperature 1 and top-p 0.95, likelihood of mean tokens, two passes, batches of 256, lr 1e-4 for a model of a billion parameters. No
     * reference.
     *
     * @return the choice
     */
    public static DistinctPassing expertIteration() {
        return new DistinctPassing(1, true);
    }

    /**
     * Reweighted behaviour cloning (arXiv 2404.14367): all samples with what they earned, of which the loss makes {@code exp(r)}.
     *
     * @param column where the loss looks for the reward
     * @return the choice
     */
    public static WholeGroups reweightedCloning(TokenColumn column) {
        return new WholeGroups(column);
    }

    /**
     * SPIN (arXiv 2401.01335): the task's demonstration against one sample. Beside: DPO with sums and beta 0.1, in the third iteration 5,
     * whose reference is the policy at the round's start; lr 5e-7, from the second iteration 1e-7; 50 000 prompts an iteration, three or
     * four iterations.
     *
     * @param column of the task, a text that answers its prompt
     * @param encoder makes rows of demonstrations
     * @return the choice
     */
    public static SelfPlay spin(String column, RowEncoder encoder) {
        return new SelfPlay(column, encoder);
    }
}
