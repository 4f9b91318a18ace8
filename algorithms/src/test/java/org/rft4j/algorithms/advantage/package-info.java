/** Tests of the advantage estimators. */
@NullMarked
package org.rft4j.algorithms.advantage;

import org.jspecify.annotations.NullMarked;
