/** What the examples that tell stories share: openings, an examination, and the last words of a run. */
@NullMarked
package org.rft4j.examples.story;

import org.jspecify.annotations.NullMarked;
