/**
 * Supervised fine-tuning and its weighted, ranked and regularised kin, and the columns of examples that they read.
 *
 * <p>{@link LikelihoodPresets} has those with names, from {@link Sft} to weights by reward, ranks and advantages.
 */
@NullMarked
package org.rft4j.algorithms.likelihood;

import org.jspecify.annotations.NullMarked;
