package org.rft4j.core.training;

import java.util.Map;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.state.Forgetful;

/**
 * What is minimised. It knows no model: it sees log-probs on [B,T]. Called by one thread at a time.
 *
 * <p>Its {@link #state} is that of controllers, such as an adaptive coefficient; most have none.
 */
public interface Objective extends Forgetful {
    /**
     * What logs and checkpoints call it.
     *
     * @return a short name
     */
    String name();

    /**
     * What it wants computed.
     *
     * @return the same at every call
     */
    Needs needs();

    /**
     * Whether the policy learns in a round. Where it does not, as while a critic warms up, only the critic takes steps; the loss is
     * computed and told all the same.
     *
     * @param round which one, from 0
     * @return true unless the critic learns alone
     */
    default boolean trainsPolicy(long round) {
        return true;
    }

    /**
     * Whether it makes up for samples of older weights, or of a sampler that computes otherwise, by comparing with what the sampler said.
     *
     * @return true if samples may be older than the round
     */
    default boolean comparesWithSampler() {
        return needs().oldLogProbs() == Needs.OldLogProbs.SAMPLER;
    }

    /**
     * How token losses become the loss of an optimiser step.
     *
     * @return weights
     */
    RowWeights weights();

    /**
     * Computes the loss of a micro-batch: its share, so that the shares of all micro-batches add up. Gradients are recorded.
     *
     * @param input log-probs and what stands beside them
     * @return the share and what is to be told
     */
    LossResult loss(LossInput input);

    /**
     * Whether a row gives the loss neither value nor gradient, whatever the policy is, as one whose advantages are all 0 often does. It then counts
     * in means over tokens and sequences, but need not be run.
     *
     * @param columns numbers beside the tokens of the row
     * @param trained which of its tokens are trained
     * @return true if it may be left out of the passes
     */
    default boolean isSilent(Map<TokenColumn, float[]> columns, boolean[] trained) {
        return false;
    }

    /**
     * Looks at all rows of an optimiser step before it is taken, such as to choose tokens among all of them.
     *
     * @param rows the step's rows
     * @return further columns, or other values of known ones, for this step alone
     */
    default Map<TokenColumn, float[][]> window(WindowRows rows) {
        return Map.of();
    }

    /**
     * Hears what an optimiser step told, so that controllers can react.
     *
     * @param metrics of the step, by name
     */
    default void learn(Map<String, Double> metrics) {}
}
