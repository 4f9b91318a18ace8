/** Tests of tools. */
@NullMarked
package org.rft4j.rollout.tools;

import org.jspecify.annotations.NullMarked;
