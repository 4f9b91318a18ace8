/** A reward model from preference pairs, and PPO against it. */
@NullMarked
package org.rft4j.examples.rewardmodel;

import org.jspecify.annotations.NullMarked;
