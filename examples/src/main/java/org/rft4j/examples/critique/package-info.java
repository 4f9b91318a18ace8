/** Critique-GRPO with a critic that is a program. */
@NullMarked
package org.rft4j.examples.critique;

import org.jspecify.annotations.NullMarked;
