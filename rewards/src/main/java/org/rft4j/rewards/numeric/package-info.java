/** Numbers with tolerance and units, and the reward for them. */
@NullMarked
package org.rft4j.rewards.numeric;

import org.jspecify.annotations.NullMarked;
