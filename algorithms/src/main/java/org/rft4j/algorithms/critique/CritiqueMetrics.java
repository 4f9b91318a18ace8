package org.rft4j.algorithms.critique;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.rft4j.core.training.TrainingRow;

/** What is told of first answers and refinements. */
final class CritiqueMetrics {
    private CritiqueMetrics() {}

    static Map<String, Double> of(List<TrainingRow> rows, Predicate<TrainingRow> refined) {
        List<TrainingRow> usable = rows.stream().filter(TrainingRow::usable).toList();
        List<TrainingRow> refinements = usable.stream().filter(refined).toList();
        List<TrainingRow> answers = usable.stream().filter(refined.negate()).toList();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("critique/frac_refined_rows", (double) refinements.size() / Math.max(1, usable.size()));
        tellMean(metrics, "critique/refinement_reward", refinements);
        tellMean(metrics, "critique/answer_reward", answers);
        return metrics;
    }

    private static void tellMean(Map<String, Double> metrics, String name, List<TrainingRow> rows) {
        rows.stream().mapToDouble(row -> row.score().value()).average().ifPresent(mean -> metrics.put(name, mean));
    }
}
