/** Checks before a run: what will go wrong is named before any work is done. */
@NullMarked
package org.rft4j.core.preflight;

import org.jspecify.annotations.NullMarked;
