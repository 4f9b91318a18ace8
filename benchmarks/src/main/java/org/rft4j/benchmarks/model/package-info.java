/** Loading, scoring and training whole models, side by side with PyTorch and transformers. */
@NullMarked
package org.rft4j.benchmarks.model;

import org.jspecify.annotations.NullMarked;
