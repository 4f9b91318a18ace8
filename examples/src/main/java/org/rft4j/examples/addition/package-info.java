/** A chat model learns sums with GRPO. */
@NullMarked
package org.rft4j.examples.addition;

import org.jspecify.annotations.NullMarked;
