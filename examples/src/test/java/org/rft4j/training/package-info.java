/** Whether algorithms learn: the same small task from a stated start to a stated reward, and not with the sign of the loss flipped. */
@NullMarked
package org.rft4j.training;

import org.jspecify.annotations.NullMarked;
