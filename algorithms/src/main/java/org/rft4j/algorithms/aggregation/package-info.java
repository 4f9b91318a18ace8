/** How the losses of single tokens become the loss of an optimiser step. */
@NullMarked
package org.rft4j.algorithms.aggregation;

import org.jspecify.annotations.NullMarked;
