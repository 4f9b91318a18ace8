/** What every example is told, and what it tells. */
@NullMarked
package org.rft4j.examples.run;

import org.jspecify.annotations.NullMarked;
