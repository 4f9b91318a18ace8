/** Tests of losses on pairs. */
@NullMarked
package org.rft4j.algorithms.preference;

import org.jspecify.annotations.NullMarked;
