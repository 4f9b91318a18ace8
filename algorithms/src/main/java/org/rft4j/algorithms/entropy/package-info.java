/** What entropy of the policy is worth. */
@NullMarked
package org.rft4j.algorithms.entropy;

import org.jspecify.annotations.NullMarked;
