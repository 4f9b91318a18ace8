/** Rewards for a whole group: what its completions say of each other, mostly without a reference answer. */
@NullMarked
package org.rft4j.rewards.group;

import org.jspecify.annotations.NullMarked;
