/** Policy losses of single tokens, one file each: what is minimised in place of the expected reward. */
@NullMarked
package org.rft4j.algorithms.surrogate;

import org.jspecify.annotations.NullMarked;
