/** The decoder families of Hugging Face: what their {@code config.json} means and what their tensors are called. */
@NullMarked
package org.rft4j.core.model.family;

import org.jspecify.annotations.NullMarked;
