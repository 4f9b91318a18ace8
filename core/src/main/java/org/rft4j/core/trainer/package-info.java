/**
 * The Trainer: rounds of sampling, scoring and optimiser steps, watched, checkpointed and resumed.
 *
 * <p>Begin with {@link Trainer#builder}: it takes an engine, a model and a policy, and what is minimised, asked and paid. {@link
 * RunOptions} says how much is sampled, {@link Rates} how far a step goes, {@link CheckpointPlan} and {@link Evaluations} what happens in
 * between, {@link Overlap} whether samples are drawn ahead. {@link Trainer#preflight} looks before {@link Trainer#run}, {@link
 * Trainer#runOrResume} goes on where a killed run stopped.
 */
@NullMarked
package org.rft4j.core.trainer;

import org.jspecify.annotations.NullMarked;
