/** Correction for samples that another engine drew, or other weights: factors of the policy's loss. */
@NullMarked
package org.rft4j.algorithms.correction;

import org.jspecify.annotations.NullMarked;
