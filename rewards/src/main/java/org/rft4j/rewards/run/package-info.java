/** Running rewards over a batch: side by side, with deadlines, with counted failures, and added up. */
@NullMarked
package org.rft4j.rewards.run;

import org.jspecify.annotations.NullMarked;
