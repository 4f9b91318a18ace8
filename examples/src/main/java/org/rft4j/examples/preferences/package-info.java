/** Direct preference optimisation (DPO) from a file of preferences. */
@NullMarked
package org.rft4j.examples.preferences;

import org.jspecify.annotations.NullMarked;
