/** Exact rational numbers. */
@NullMarked
package org.rft4j.rewards.exact;

import org.jspecify.annotations.NullMarked;
