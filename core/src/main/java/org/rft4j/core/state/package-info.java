/** What a run must write down to go on later as if it had never stopped. */
@NullMarked
package org.rft4j.core.state;

import org.jspecify.annotations.NullMarked;
