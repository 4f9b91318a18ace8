/**
 * Evaluation during training: what is asked, the numbers that come of it, and what is decided by them.
 *
 * <p>{@link EvaluationPlan} samples tasks of its own and scores them, {@link ExampleEvaluation} computes a loss of examples that are held
 * out; {@link Goal} and {@link EarlyStop} say what the numbers decide.
 */
@NullMarked
package org.rft4j.core.evaluation;

import org.jspecify.annotations.NullMarked;
