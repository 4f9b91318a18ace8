/** Tests of what training sees of episodes. */
@NullMarked
package org.rft4j.core.loss;

import org.jspecify.annotations.NullMarked;
