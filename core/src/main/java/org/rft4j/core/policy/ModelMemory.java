package org.rft4j.core.policy;

/**
 * What a model takes of its device's memory, without activations and the optimiser's state.
 *
 * @param weightBytes all weights, adapters included
 * @param trainedBytes those of them that are trained
 * @param gradientBytes their gradients, once there are any: one number for each that is trained, in the same format
 */
public record ModelMemory(long weightBytes, long trainedBytes, long gradientBytes) {}
