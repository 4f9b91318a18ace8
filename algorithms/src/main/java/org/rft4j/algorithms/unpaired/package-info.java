/**
 * Losses of labelled answers, of sorted ones and of differences of rewards: those that are not one pair's loss after the other.
 *
 * <p>{@link UnpairedPresets} has those with names: {@link Kto}, {@link Bco}, {@link Aot}, {@link MirrorDescent}; {@link UnpairedRows} makes
 * rows of labelled answers.
 */
@NullMarked
package org.rft4j.algorithms.unpaired;

import org.jspecify.annotations.NullMarked;
