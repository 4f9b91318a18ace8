/** Tests of Critique-GRPO. */
@NullMarked
package org.rft4j.algorithms.critique;

import org.jspecify.annotations.NullMarked;
