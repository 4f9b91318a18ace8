@NullMarked
package org.rft4j.algorithms.iterated;

import org.jspecify.annotations.NullMarked;
