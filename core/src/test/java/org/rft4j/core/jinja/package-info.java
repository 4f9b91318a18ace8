/** Tests of the interpreter. */
@NullMarked
package org.rft4j.core.jinja;

import org.jspecify.annotations.NullMarked;
