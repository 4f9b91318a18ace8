/** Tests of policy gradients on groups. */
@NullMarked
package org.rft4j.algorithms.group;

import org.jspecify.annotations.NullMarked;
