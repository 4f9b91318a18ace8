/** Whether two propositional formulas mean the same, and the reward for it. */
@NullMarked
package org.rft4j.rewards.logic;

import org.jspecify.annotations.NullMarked;
