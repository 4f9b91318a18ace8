/** Tests of reward models as rewards. */
@NullMarked
package org.rft4j.core.rewardmodel;

import org.jspecify.annotations.NullMarked;
