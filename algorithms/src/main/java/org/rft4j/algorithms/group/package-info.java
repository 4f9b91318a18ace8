/**
 * Policy gradients on groups of answers to the same prompt, put together from parts, and the settings that have names.
 *
 * <p>{@link Presets} has those settings: GRPO, DAPO, GSPO, RLOO, REINFORCE++ and others. {@link GroupPolicyGradient} is what all of them
 * are, {@link GroupOptions} its parts: how an advantage is estimated ({@link Advantages}), which rows are trained ({@link RowChoice}), and
 * from the neighbouring packages the ratio, the loss of a token, its aggregation, KL, entropy and corrections.
 */
@NullMarked
package org.rft4j.algorithms.group;

import org.jspecify.annotations.NullMarked;
