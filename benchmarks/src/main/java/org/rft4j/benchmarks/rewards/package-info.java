/** How many samples a second rewards score. */
@NullMarked
package org.rft4j.benchmarks.rewards;

import org.jspecify.annotations.NullMarked;
