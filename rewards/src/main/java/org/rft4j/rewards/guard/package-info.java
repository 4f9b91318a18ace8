/** Watching whether a policy learns the task or learns to please its reward. Guards warn; they change nothing. */
@NullMarked
package org.rft4j.rewards.guard;

import org.jspecify.annotations.NullMarked;
