/**
 * Running rewards over a batch: side by side, with deadlines, with counted failures, and added up.
 *
 * <p>A {@link RewardPanel} has {@link PanelMember}s, each with a {@link Weight}, a deadline and a {@link FailurePolicy}; {@link
 * Normalisation} comes before weighing, a {@link LagrangeMultiplier} holds a constraint.
 */
@NullMarked
package org.rft4j.rewards.run;

import org.jspecify.annotations.NullMarked;
