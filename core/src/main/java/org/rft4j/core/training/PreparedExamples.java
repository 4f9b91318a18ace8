package org.rft4j.core.training;

import java.util.Map;
import java.util.Optional;

/**
 * A round of examples, ready to be trained.
 *
 * @param batch its rows; empty if there is nothing to train
 * @param metrics what is told of it
 */
public record PreparedExamples(Optional<TrainingBatch> batch, Map<String, Double> metrics) {}
