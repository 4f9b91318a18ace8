/** An interpreter for the part of Jinja that chat templates are written in, equal to Python's down to the character. */
@NullMarked
package org.rft4j.core.jinja;

import org.jspecify.annotations.NullMarked;
