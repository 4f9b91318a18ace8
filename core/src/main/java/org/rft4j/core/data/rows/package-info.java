/** Rows of data sets as they stand in files and in memory: named values, or what is wrong with them and where. */
@NullMarked
package org.rft4j.core.data.rows;

import org.jspecify.annotations.NullMarked;
