/** Tensors in files: safetensors, read and written, and GGUF, read. */
@NullMarked
package org.rft4j.core.checkpoint;

import org.jspecify.annotations.NullMarked;
