/** Rewards for answers that are compared as texts: exact, normalised, multiple choice. */
@NullMarked
package org.rft4j.rewards.match;

import org.jspecify.annotations.NullMarked;
