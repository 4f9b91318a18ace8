/**
 * Episodes of one turn or many over a sampler, token in and token out.
 *
 * <p>{@link EpisodeRollout} plays them with any sampler, {@link EpisodeFormat} says how turns become tokens, {@link EpisodeOptions} how
 * long they may be, and {@link ForcedPrefix} how a first turn begins.
 */
@NullMarked
package org.rft4j.rollout.episode;

import org.jspecify.annotations.NullMarked;
