/** Tests of fine-tuning and its kin. */
@NullMarked
package org.rft4j.algorithms.likelihood;

import org.jspecify.annotations.NullMarked;
