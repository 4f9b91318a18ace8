/** Tests of what a policy did. */
@NullMarked
package org.rft4j.core.trajectory;

import org.jspecify.annotations.NullMarked;
