/** A program of somebody who uses rft4j. */
@NullMarked
package outside;

import org.jspecify.annotations.NullMarked;
