/** What rewards see and say: interfaces and values only, over text; no reward is named here. */
@NullMarked
package org.rft4j.core.reward;

import org.jspecify.annotations.NullMarked;
