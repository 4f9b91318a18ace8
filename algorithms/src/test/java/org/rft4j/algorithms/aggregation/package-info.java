/** Tests of aggregation. */
@NullMarked
package org.rft4j.algorithms.aggregation;

import org.jspecify.annotations.NullMarked;
