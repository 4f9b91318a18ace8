/** What the tests of the engine share: the engine itself, seeded numbers, comparisons, numeric derivatives. */
@NullMarked
package org.rft4j.engine.testing;

import org.jspecify.annotations.NullMarked;
