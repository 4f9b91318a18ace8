/** The chunked language-model head beside the plain one. */
@NullMarked
package org.rft4j.benchmarks.head;

import org.jspecify.annotations.NullMarked;
