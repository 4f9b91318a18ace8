/** Which records of a data set take part: split by hash, and prompts that are not too long. */
@NullMarked
package org.rft4j.core.data.select;

import org.jspecify.annotations.NullMarked;
