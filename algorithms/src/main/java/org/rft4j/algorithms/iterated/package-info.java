/** Choosing what is learned among what the policy wrote: pairs, the best, all that pass, all with weights. */
@NullMarked
package org.rft4j.algorithms.iterated;

import org.jspecify.annotations.NullMarked;
