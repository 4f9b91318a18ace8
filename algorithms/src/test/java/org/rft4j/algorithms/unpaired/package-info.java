@NullMarked
package org.rft4j.algorithms.unpaired;

import org.jspecify.annotations.NullMarked;
