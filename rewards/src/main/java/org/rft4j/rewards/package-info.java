/** What every built-in reward promises: that it can check itself on a task before anybody trains with it. */
@NullMarked
package org.rft4j.rewards;

import org.jspecify.annotations.NullMarked;
