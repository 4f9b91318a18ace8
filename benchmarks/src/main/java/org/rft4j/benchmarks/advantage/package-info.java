/** Where plain loops and nd4j cross over for advantage estimators; results in {@code docs/benchmarks-advantages.md}. */
@NullMarked
package org.rft4j.benchmarks.advantage;

import org.jspecify.annotations.NullMarked;
