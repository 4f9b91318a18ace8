/** Scored trajectories that are trained on again. */
@NullMarked
package org.rft4j.rollout.replay;

import org.jspecify.annotations.NullMarked;
