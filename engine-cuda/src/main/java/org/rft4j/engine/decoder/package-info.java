/** The decoder body: hidden states and their gradients, with or without recomputation, and a decode loop. */
@NullMarked
package org.rft4j.engine.decoder;

import org.jspecify.annotations.NullMarked;
