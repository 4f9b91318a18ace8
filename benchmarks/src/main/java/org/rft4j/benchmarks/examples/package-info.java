/** Steps of SFT and DPO beside TRL's. */
@NullMarked
package org.rft4j.benchmarks.examples;

import org.jspecify.annotations.NullMarked;
