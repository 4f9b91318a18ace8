/**
 * Choosing what is learned among what the policy wrote: pairs, the best, all that pass, all with weights.
 *
 * <p>{@link Selections} has the choices with names; each is an arrangement for {@code TrainerBuilder.iterated}.
 */
@NullMarked
package org.rft4j.algorithms.iterated;

import org.jspecify.annotations.NullMarked;
