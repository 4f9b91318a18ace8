/** What a training step is made of: sequences under the prompt they are trained under, the numbers beside their tokens, and the step itself. */
@NullMarked
package org.rft4j.core.training;

import org.jspecify.annotations.NullMarked;
