/** What a run tells those who watch it. */
@NullMarked
package org.rft4j.core.run;

import org.jspecify.annotations.NullMarked;
