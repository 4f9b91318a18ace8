/** Losses on pairs of a chosen and a rejected answer: DPO and its family, with and without a reference. */
@NullMarked
package org.rft4j.algorithms.preference;

import org.jspecify.annotations.NullMarked;
