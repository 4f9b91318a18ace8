/**
 * Devices, data types, native memory and errors: what every other floor of rft4j stands on.
 *
 * <p>Begin with {@link TensorEngine#start}; {@link DeviceChoice} says where, and there is no silent fallback. A {@link NativeScope} frees
 * whatever is made while it is open. {@link InvalidInputException} is the caller's to mend, {@link EngineException} the machine's.
 */
@NullMarked
package org.rft4j.engine;

import org.jspecify.annotations.NullMarked;
