/** Units of measurement with exact conversions. */
@NullMarked
package org.rft4j.rewards.units;

import org.jspecify.annotations.NullMarked;
