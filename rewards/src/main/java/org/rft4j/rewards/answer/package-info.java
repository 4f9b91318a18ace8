/** Finds the final answer in what a model wrote. */
@NullMarked
package org.rft4j.rewards.answer;

import org.jspecify.annotations.NullMarked;
