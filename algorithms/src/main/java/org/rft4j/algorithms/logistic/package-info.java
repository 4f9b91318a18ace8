/** The logistic loss, which most losses of comparisons are made of. */
@NullMarked
package org.rft4j.algorithms.logistic;

import org.jspecify.annotations.NullMarked;
