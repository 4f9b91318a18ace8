/** What entropy of the policy is worth, and which tokens are trained because of theirs. */
@NullMarked
package org.rft4j.algorithms.entropy;

import org.jspecify.annotations.NullMarked;
