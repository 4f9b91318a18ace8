/** Steps of GRPO beside TRL's. */
@NullMarked
package org.rft4j.benchmarks.grpo;

import org.jspecify.annotations.NullMarked;
