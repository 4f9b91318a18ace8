/** Tests of KL estimates. */
@NullMarked
package org.rft4j.algorithms.kl;

import org.jspecify.annotations.NullMarked;
