/** The parts of the engine demonstration. */
@NullMarked
package org.rft4j.examples.engine;

import org.jspecify.annotations.NullMarked;
