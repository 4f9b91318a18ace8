/** Policy gradients on groups of answers to the same prompt, put together from parts, and the settings that have names. */
@NullMarked
package org.rft4j.algorithms.group;

import org.jspecify.annotations.NullMarked;
