package org.rft4j.core.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.policy.MicroBatches;

/** Micro-batches of an optimiser step: rows of a unit stay together. */
final class MicroBatchPlan {
    private MicroBatchPlan() {}

    static List<List<Integer>> of(TrainingBatch batch, List<Integer> rows, UpdatePlan plan) {
        Map<Integer, List<Integer>> byUnit = new LinkedHashMap<>();
        for (int row : rows) {
            byUnit.computeIfAbsent(batch.units()[row], absent -> new ArrayList<>())
                    .add(row);
        }
        List<List<Integer>> units = new ArrayList<>(byUnit.values());
        int largest = units.stream().mapToInt(List::size).max().orElse(1);
        int[] lengths = units.stream()
                .mapToInt(unit -> unit.stream()
                        .mapToInt(row -> batch.ids().get(row).length)
                        .max()
                        .orElse(0))
                .toArray();
        return MicroBatches.plan(
                        lengths,
                        Math.max(1, plan.tokenBudget() / largest),
                        Math.max(1, plan.maxRows() / largest),
                        MicroBatches.TooLong.ALONE)
                .stream()
                .map(part ->
                        part.stream().flatMap(unit -> units.get(unit).stream()).toList())
                .toList();
    }
}
