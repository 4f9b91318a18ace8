/** What tests of several packages share. */
@NullMarked
package org.rft4j.rollout.testing;

import org.jspecify.annotations.NullMarked;
