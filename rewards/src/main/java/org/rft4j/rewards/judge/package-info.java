/** Models that judge and criticise what another model wrote. What they read is fenced, what they say is parsed strictly. */
@NullMarked
package org.rft4j.rewards.judge;

import org.jspecify.annotations.NullMarked;
