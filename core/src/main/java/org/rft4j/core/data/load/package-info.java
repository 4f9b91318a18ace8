/** From rows to records: which columns are what, what becomes of bad rows, and data sets that can be read in any order. */
@NullMarked
package org.rft4j.core.data.load;

import org.jspecify.annotations.NullMarked;
