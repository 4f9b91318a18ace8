/** Critique-GRPO: answers that were refined with a critique in mind, trained as if there had been none. */
@NullMarked
package org.rft4j.algorithms.critique;

import org.jspecify.annotations.NullMarked;
