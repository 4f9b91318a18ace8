/** PPO with a critic: rewards on tokens, a penalty for leaving the reference, values that are learned beside the policy. */
@NullMarked
package org.rft4j.algorithms.ppo;

import org.jspecify.annotations.NullMarked;
