/** Tests of {@code org.rft4j.core.trajectory}. */
@NullMarked
package org.rft4j.core.trajectory;

import org.jspecify.annotations.NullMarked;
