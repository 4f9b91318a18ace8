/**
 * What training needs from a model: policies, references, values and rewards, scored on [N,T] arrays and trained from them.
 *
 * <p>A {@link Policy} is the weights of a model and what of them is {@link Trainable}; it scores a {@link TokenBatch} and takes gradients
 * of log-probs back. A {@link Reference} is what it is compared with, a {@link ValueModel} or an {@link ActorCritic} says what is to come,
 * a {@link RewardModel} what a text is worth. {@link PolicyScoreOptions}, {@link BatchLayout} and {@link MicroBatches} decide how the rows
 * lie and what is kept for the way back; none of them changes a number beyond rounding.
 */
@NullMarked
package org.rft4j.core.policy;

import org.jspecify.annotations.NullMarked;
