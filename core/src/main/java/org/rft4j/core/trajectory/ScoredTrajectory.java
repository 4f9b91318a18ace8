package org.rft4j.core.trajectory;

import org.rft4j.core.reward.Score;

/**
 * An episode and what rewards said of it.
 *
 * @param trajectory what happened
 * @param score what it is worth; not applicable where nothing can be said, such as after a failure
 */
public record ScoredTrajectory(Trajectory trajectory, Score score) {}
