/** Models of rewards as rewards: one, or several together. */
@NullMarked
package org.rft4j.core.rewardmodel;

import org.jspecify.annotations.NullMarked;
