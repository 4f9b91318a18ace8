package org.rft4j.rollout.selection;

import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.rft4j.core.data.TaskRecord;

/** Takes the tasks with the highest scores that the round has not had. */
final class Ranking {
    private Ranking() {}

    static List<TaskRecord> best(TaskPool pool, int count, IntToDoubleFunction score) {
        record Scored(int index, double score) {}
        return IntStream.range(0, pool.size())
                .filter(i -> !pool.isGiven(i))
                .mapToObj(i -> new Scored(i, score.applyAsDouble(i)))
                .sorted(Comparator.comparingDouble(Scored::score).reversed().thenComparingInt(Scored::index))
                .limit(count)
                .map(one -> pool.give(one.index()))
                .toList();
    }
}
