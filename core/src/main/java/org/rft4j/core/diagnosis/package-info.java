/** Says in words what ails a run, from the metrics of its steps. */
@NullMarked
package org.rft4j.core.diagnosis;

import org.jspecify.annotations.NullMarked;
