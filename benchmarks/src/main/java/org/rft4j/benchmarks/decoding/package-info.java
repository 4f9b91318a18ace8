/** How fast tokens are decoded, and where the time goes. */
@NullMarked
package org.rft4j.benchmarks.decoding;

import org.jspecify.annotations.NullMarked;
