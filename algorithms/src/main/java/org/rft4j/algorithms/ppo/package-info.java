/**
 * PPO with a critic: rewards on tokens, a penalty for leaving the reference, values that are learned beside the policy.
 *
 * <p>{@link Ppo} with {@link PpoOptions#TRL}; it asks the Trainer for a critic, and for a reference where a KL is charged.
 */
@NullMarked
package org.rft4j.algorithms.ppo;

import org.jspecify.annotations.NullMarked;
