/** Adapters against PEFT's answers and against plain matrix maths. */
@NullMarked
package org.rft4j.core.lora;

import org.jspecify.annotations.NullMarked;
