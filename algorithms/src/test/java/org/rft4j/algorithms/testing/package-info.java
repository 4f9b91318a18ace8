/** What tests of tensor code share. */
@NullMarked
package org.rft4j.algorithms.testing;

import org.jspecify.annotations.NullMarked;
