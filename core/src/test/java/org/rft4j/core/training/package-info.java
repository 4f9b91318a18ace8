/** Tests of what training sees of episodes. */
@NullMarked
package org.rft4j.core.training;

import org.jspecify.annotations.NullMarked;
