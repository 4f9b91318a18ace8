/** Tests of entropy bonuses. */
@NullMarked
package org.rft4j.algorithms.entropy;

import org.jspecify.annotations.NullMarked;
