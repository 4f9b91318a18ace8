/** Whether two answers to a maths question, in LaTeX or plain text, are the same, and the reward for it. */
@NullMarked
package org.rft4j.rewards.maths;

import org.jspecify.annotations.NullMarked;
