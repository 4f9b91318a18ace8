/** Trainers from configurations. */
@NullMarked
package org.rft4j.cli.assembly;

import org.jspecify.annotations.NullMarked;
