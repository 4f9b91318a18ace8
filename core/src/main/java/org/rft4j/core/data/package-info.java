/** Records of data sets: the task that a prompt, its rewards and its environment are about, and what other methods learn from. */
@NullMarked
package org.rft4j.core.data;

import org.jspecify.annotations.NullMarked;
