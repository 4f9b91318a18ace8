/** The sampler beside transformers' generate. */
@NullMarked
package org.rft4j.benchmarks.sampling;

import org.jspecify.annotations.NullMarked;
