/**
 * What a policy did: token in, token out, over one turn or many.
 *
 * <p>A {@link Rollout} plays episodes; a {@link Trajectory} is one of them with its {@link Turn}s and the {@link TokenTrace} of what the
 * model saw and drew, a {@link TrajectoryGroup} those of the same task with their scores.
 */
@NullMarked
package org.rft4j.core.trajectory;

import org.jspecify.annotations.NullMarked;
