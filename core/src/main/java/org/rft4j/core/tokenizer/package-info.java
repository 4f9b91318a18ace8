/** Text to token ids and back, with the character span of every token. */
@NullMarked
package org.rft4j.core.tokenizer;

import org.jspecify.annotations.NullMarked;
