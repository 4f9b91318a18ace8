/**
 * What rewards see and say: interfaces and values only, over text; no reward is named here.
 *
 * <p>A {@link Reward} takes a {@link RewardSample} and gives a {@link Score}, which may hold {@link Feedback} in words; a {@link
 * GroupReward} sees all completions of a task together, a {@link Critic} gives words alone. {@link RewardScorer} is how training asks for a
 * whole batch. What is shipped is in {@code org.rft4j.rewards} and its neighbours.
 */
@NullMarked
package org.rft4j.core.reward;

import org.jspecify.annotations.NullMarked;
