/** Tests of the environments that are shipped. */
@NullMarked
package org.rft4j.rollout.environment;

import org.jspecify.annotations.NullMarked;
