/**
 * Losses on pairs of a chosen and a rejected answer: DPO and its family, with and without a reference.
 *
 * <p>{@link PreferencePresets} has those with names; {@link PreferenceObjective} is what all of them are, {@link PreferenceOptions} its
 * parts: {@link PairLoss}es with weights, what they compare with ({@link PairReference}), a divergence, a likelihood.
 */
@NullMarked
package org.rft4j.algorithms.preference;

import org.jspecify.annotations.NullMarked;
