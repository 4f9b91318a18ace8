/** The command {@code rft4j}: trains from a YAML file. */
@NullMarked
package org.rft4j.cli;

import org.jspecify.annotations.NullMarked;
