/** Devices, data types, native memory and errors: what every other floor of rft4j stands on. */
@NullMarked
package org.rft4j.engine;

import org.jspecify.annotations.NullMarked;
