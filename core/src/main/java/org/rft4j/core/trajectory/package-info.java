/** What a policy did: token in, token out, over one turn or many. */
@NullMarked
package org.rft4j.core.trajectory;

import org.jspecify.annotations.NullMarked;
