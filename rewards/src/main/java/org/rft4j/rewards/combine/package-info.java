/**
 * Rewards made of rewards; what their parts said is kept for the metrics.
 *
 * <p>{@link WeightedSum}, {@link Product}, {@link Gate} and {@link FirstApplicable} join rewards, {@link Mapped} changes one, {@link
 * CachedReward} remembers a slow one.
 */
@NullMarked
package org.rft4j.rewards.combine;

import org.jspecify.annotations.NullMarked;
