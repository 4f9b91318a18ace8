/** Tests of PPO. */
@NullMarked
package org.rft4j.algorithms.ppo;

import org.jspecify.annotations.NullMarked;
