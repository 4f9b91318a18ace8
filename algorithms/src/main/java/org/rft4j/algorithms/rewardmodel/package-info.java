/** Models of rewards: what they minimise on preferences and on numbers. */
@NullMarked
package org.rft4j.algorithms.rewardmodel;

import org.jspecify.annotations.NullMarked;
