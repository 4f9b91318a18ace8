/** A model learns to use a tool over several turns. */
@NullMarked
package org.rft4j.examples.tools;

import org.jspecify.annotations.NullMarked;
