/** Writing files so that nobody ever sees half of one. */
@NullMarked
package org.rft4j.core.files;

import org.jspecify.annotations.NullMarked;
