/**
 * Scored trajectories that are trained on again.
 *
 * <p>A {@link ReplayStore} keeps groups by age, number and size as {@link ReplayOptions} say, and draws from them by {@link
 * ReplayWeighting}.
 */
@NullMarked
package org.rft4j.rollout.replay;

import org.jspecify.annotations.NullMarked;
