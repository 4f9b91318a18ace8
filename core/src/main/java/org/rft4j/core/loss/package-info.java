/** What a loss sees, and what it gives back: [B,T] arrays of log-probs and numbers beside them. */
@NullMarked
package org.rft4j.core.loss;

import org.jspecify.annotations.NullMarked;
