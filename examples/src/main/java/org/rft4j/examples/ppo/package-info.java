/** PPO with a critic network. */
@NullMarked
package org.rft4j.examples.ppo;

import org.jspecify.annotations.NullMarked;
