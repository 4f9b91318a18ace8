/** Plain arithmetic in exact fractions: the countdown game, and calculations within a text. */
@NullMarked
package org.rft4j.rewards.arithmetic;

import org.jspecify.annotations.NullMarked;
