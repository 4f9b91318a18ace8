package org.rft4j.core.trainer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.run.Completion;
import org.rft4j.core.training.TrainingBatch;

/**
 * What a round trains, and what is to be told of it.
 *
 * @param batch rows; empty if nothing can be trained
 * @param completions what was sampled, if anything
 * @param metrics numbers that a repeated run would give again, by name
 * @param timings seconds by name
 */
public record Round(
        Optional<TrainingBatch> batch,
        List<Completion> completions,
        Map<String, Double> metrics,
        Map<String, Double> timings) {}
