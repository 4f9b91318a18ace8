/** Models in training against one-by-one scores, transformers and PEFT. */
@NullMarked
package org.rft4j.core.policy;

import org.jspecify.annotations.NullMarked;
