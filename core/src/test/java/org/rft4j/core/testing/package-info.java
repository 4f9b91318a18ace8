/** What the tests of core share: the engine itself. */
@NullMarked
package org.rft4j.core.testing;

import org.jspecify.annotations.NullMarked;
