/** Losses of labelled answers, of sorted ones and of differences of rewards: those that are not one pair's loss after the other. */
@NullMarked
package org.rft4j.algorithms.unpaired;

import org.jspecify.annotations.NullMarked;
