/** What stands for new over old probability: the ratio of a token, or of the sequence that it belongs to. */
@NullMarked
package org.rft4j.algorithms.ratio;

import org.jspecify.annotations.NullMarked;
