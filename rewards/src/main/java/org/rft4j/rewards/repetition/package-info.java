/** Penalties for saying the same again and again. */
@NullMarked
package org.rft4j.rewards.repetition;

import org.jspecify.annotations.NullMarked;
