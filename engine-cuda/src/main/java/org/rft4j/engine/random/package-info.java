/** Randomness without hidden state: every draw is a function of the seed and of what it is for. */
@NullMarked
package org.rft4j.engine.random;

import org.jspecify.annotations.NullMarked;
