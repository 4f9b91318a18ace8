/** Rows of a round in the shapes that estimators take. */
@NullMarked
package org.rft4j.algorithms.rows;

import org.jspecify.annotations.NullMarked;
