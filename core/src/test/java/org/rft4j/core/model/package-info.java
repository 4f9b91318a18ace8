/** Models against transformers. */
@NullMarked
package org.rft4j.core.model;

import org.jspecify.annotations.NullMarked;
