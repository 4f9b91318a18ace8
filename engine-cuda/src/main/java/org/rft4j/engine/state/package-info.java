/** Arrays as bytes, exactly, for whoever must go on where a run stopped. */
@NullMarked
package org.rft4j.engine.state;

import org.jspecify.annotations.NullMarked;
