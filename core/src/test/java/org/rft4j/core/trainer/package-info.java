@NullMarked
package org.rft4j.core.trainer;

import org.jspecify.annotations.NullMarked;
