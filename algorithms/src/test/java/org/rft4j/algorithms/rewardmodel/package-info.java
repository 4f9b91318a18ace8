/** Tests of what models of rewards minimise. */
@NullMarked
package org.rft4j.algorithms.rewardmodel;

import org.jspecify.annotations.NullMarked;
