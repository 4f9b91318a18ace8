/** Records from YAML: what is missing, unknown or wrong is told all at once, each thing with its path. */
@NullMarked
package org.rft4j.cli.bind;

import org.jspecify.annotations.NullMarked;
