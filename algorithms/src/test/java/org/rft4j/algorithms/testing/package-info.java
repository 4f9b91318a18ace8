/** Runs algorithms on host numbers. */
@NullMarked
package org.rft4j.algorithms.testing;

import org.jspecify.annotations.NullMarked;
