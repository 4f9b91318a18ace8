/** Supervised fine-tuning and its weighted, ranked and regularised kin, and the columns of examples that they read. */
@NullMarked
package org.rft4j.algorithms.likelihood;

import org.jspecify.annotations.NullMarked;
