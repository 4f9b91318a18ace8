/** Asking a model to write: requests, answers and who gives them, in this process or elsewhere. */
@NullMarked
package org.rft4j.core.sampling;

import org.jspecify.annotations.NullMarked;
