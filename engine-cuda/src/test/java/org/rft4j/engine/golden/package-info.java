/** Reads the golden values that the scripts in {@code src/test/golden} write. */
@NullMarked
package org.rft4j.engine.golden;

import org.jspecify.annotations.NullMarked;
