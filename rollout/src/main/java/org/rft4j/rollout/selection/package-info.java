/**
 * Ways to choose the tasks that are sampled next, and sampling on until enough groups say something.
 *
 * <p>{@link EpochSelector} gives every task once in an epoch; {@link DifficultyFilter}, {@link CurriculumSelector} and {@link BotsSelector}
 * look at how hard tasks are; {@link DynamicSampling} samples until enough groups have answers that differ.
 */
@NullMarked
package org.rft4j.rollout.selection;

import org.jspecify.annotations.NullMarked;
