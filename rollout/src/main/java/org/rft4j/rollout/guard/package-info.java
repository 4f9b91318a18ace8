/** Calls into code that may throw, block or never come back. */
@NullMarked
package org.rft4j.rollout.guard;

import org.jspecify.annotations.NullMarked;
