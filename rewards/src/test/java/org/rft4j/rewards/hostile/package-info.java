/** Rewards against texts that are made to hold the processor. */
@NullMarked
package org.rft4j.rewards.hostile;

import org.jspecify.annotations.NullMarked;
