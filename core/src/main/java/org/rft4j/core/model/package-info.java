/** Models: Hugging Face configurations and tensor names of the decoder families, weights in memory, loading and saving. */
@NullMarked
package org.rft4j.core.model;

import org.jspecify.annotations.NullMarked;
