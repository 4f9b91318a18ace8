/** Tests of calls with deadlines. */
@NullMarked
package org.rft4j.rollout.guard;

import org.jspecify.annotations.NullMarked;
