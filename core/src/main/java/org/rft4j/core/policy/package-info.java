/** What training needs from a model: policies, references, values and rewards, scored on [N,T] arrays and trained from them. */
@NullMarked
package org.rft4j.core.policy;

import org.jspecify.annotations.NullMarked;
