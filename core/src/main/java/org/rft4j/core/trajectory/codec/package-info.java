/** Trajectories as bytes and files, exact to the last bit: for replay stores, and for rollouts that a checkpoint interrupts. */
@NullMarked
package org.rft4j.core.trajectory.codec;

import org.jspecify.annotations.NullMarked;
