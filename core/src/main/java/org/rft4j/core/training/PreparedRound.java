package org.rft4j.core.training;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A round that is ready to be trained.
 *
 * @param rows what the algorithm chose
 * @param batch the rows that have a trained token; empty if none has
 * @param metrics what the algorithm told of them
 */
public record PreparedRound(List<TrainingRow> rows, Optional<TrainingBatch> batch, Map<String, Double> metrics) {}
