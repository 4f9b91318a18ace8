/**
 * What a training step is made of: sequences under the prompt they are trained under, the numbers beside their tokens, and the step itself.
 *
 * <p>An {@link Algorithm} learns from episodes, an {@link Objective} is what it minimises, an {@link ExampleArrangement} makes rows of
 * examples, and {@link UpdatePlan} says how many optimiser steps a round takes and how much is computed at once. Whoever adds a method
 * implements one of the first three; losses are shares of the optimiser step.
 */
@NullMarked
package org.rft4j.core.training;

import org.jspecify.annotations.NullMarked;
