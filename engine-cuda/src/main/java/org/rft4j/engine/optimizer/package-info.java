/** The optimiser and its learning-rate schedules. */
@NullMarked
package org.rft4j.engine.optimizer;

import org.jspecify.annotations.NullMarked;
