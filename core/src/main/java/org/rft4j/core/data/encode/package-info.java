/** Makes of examples the token sequences that are trained: encoded, cut to length, and masked. */
@NullMarked
package org.rft4j.core.data.encode;

import org.jspecify.annotations.NullMarked;
