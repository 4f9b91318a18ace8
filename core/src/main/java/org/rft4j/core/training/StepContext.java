package org.rft4j.core.training;

import org.rft4j.engine.random.KeyedRandom;

/**
 * What an optimiser step is told besides its rows.
 *
 * @param learningRate of the policy
 * @param criticLearningRate of the critic
 * @param policyLearns whether the policy is stepped; otherwise the critic alone
 * @param firstOfRound whether no step of the round has been taken, so that the weights are those that the round began with
 * @param random draws of this step
 */
public record StepContext(
        double learningRate,
        double criticLearningRate,
        boolean policyLearns,
        boolean firstOfRound,
        KeyedRandom random) {}
