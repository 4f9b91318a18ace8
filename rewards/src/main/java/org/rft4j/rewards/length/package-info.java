/** Rewards for how long an answer is. */
@NullMarked
package org.rft4j.rewards.length;

import org.jspecify.annotations.NullMarked;
