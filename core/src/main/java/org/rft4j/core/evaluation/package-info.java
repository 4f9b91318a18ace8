/** Evaluation during training: what is asked, the numbers that come of it, and what is decided by them. */
@NullMarked
package org.rft4j.core.evaluation;

import org.jspecify.annotations.NullMarked;
