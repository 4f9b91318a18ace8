/**
 * What a policy acts in, and the environments that are shipped.
 *
 * <p>An {@link EnvironmentFactory} makes an {@link Environment} for each episode, which answers each turn with a {@link StepResult}. {@link
 * SingleTurn} is the usual one; {@link CritiqueThenRefine}, {@link SelfCorrection}, {@link UnaryFeedback} and {@link ToolUse} take several
 * turns.
 */
@NullMarked
package org.rft4j.rollout.environment;

import org.jspecify.annotations.NullMarked;
