/** Tests of grids of rows. */
@NullMarked
package org.rft4j.algorithms.rows;

import org.jspecify.annotations.NullMarked;
