/** How far the policy has gone from a reference, estimated from the tokens it wrote, and what is charged for it. */
@NullMarked
package org.rft4j.algorithms.kl;

import org.jspecify.annotations.NullMarked;
