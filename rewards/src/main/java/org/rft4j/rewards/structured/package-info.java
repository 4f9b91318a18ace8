/** Rewards for answers with parts: tool calls, boxes, dates, orders, sets, and answers that may say "I do not know". */
@NullMarked
package org.rft4j.rewards.structured;

import org.jspecify.annotations.NullMarked;
