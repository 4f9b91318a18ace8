/** Side-by-side measurements: contenders alternate in one process, medians and ratios are reported. */
@NullMarked
package org.rft4j.benchmarks;

import org.jspecify.annotations.NullMarked;
