/** Rewards made of rewards; what their parts said is kept for the metrics. */
@NullMarked
package org.rft4j.rewards.combine;

import org.jspecify.annotations.NullMarked;
