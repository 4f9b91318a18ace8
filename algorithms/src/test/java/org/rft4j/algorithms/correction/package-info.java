/** Tests of sampler corrections. */
@NullMarked
package org.rft4j.algorithms.correction;

import org.jspecify.annotations.NullMarked;
