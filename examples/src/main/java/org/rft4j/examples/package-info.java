/** Runnable examples. */
@NullMarked
package org.rft4j.examples;

import org.jspecify.annotations.NullMarked;
