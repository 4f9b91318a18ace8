package org.rft4j.rollout.selection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.selection.RunStages;
import org.rft4j.core.selection.TaskOutcome;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.engine.Check;
import org.rft4j.engine.random.KeyedRandom;

/**
 * Easy tasks first, or long ones last: each stage of the run admits tasks by a column and goes through them in epochs of its
 * own.
 */
public final class CurriculumSelector implements TaskSelector {
    private static final String KIND = "curriculum";

    private final TaskPool pool;
    private final RunStages<int[]> admitted;
    private final KeyedRandom random;
    private int stage;
    private EpochOrder order;

    /**
     * A curriculum by any rule.
     *
     * @param tasks with an id each
     * @param admits which of them each stage admits; at least one
     * @param seed of the run
     */
    public CurriculumSelector(List<TaskRecord> tasks, RunStages<Predicate<TaskRecord>> admits, long seed) {
        pool = new TaskPool(tasks);
        admitted = admits.map(rule -> IntStream.range(0, pool.size())
                .filter(i -> rule.test(pool.task(i)))
                .toArray());
        for (int i = 0; i < admitted.stages().size(); i++) {
            Check.that(
                    admitted.stages().get(i).value().length > 0,
                    "tasks of stage " + i + " of the curriculum",
                    "none",
                    "must be at least one",
                    "look at the values of the column");
        }
        random = KeyedRandom.ofSeed(seed).derive(KIND);
        order = orderOf(0);
    }

    /**
     * A curriculum by named difficulties.
     *
     * @param tasks with that column
     * @param column names the difficulty, such as a tier
     * @param tiers which names each stage admits
     * @param seed of the run
     * @return the selector
     */
    public static CurriculumSelector byTier(
            List<TaskRecord> tasks, String column, RunStages<Set<String>> tiers, long seed) {
        return new CurriculumSelector(tasks, tiers.map(names -> task -> names.contains(task.text(column))), seed);
    }

    /**
     * A curriculum by a number, such as a measured difficulty or a length.
     *
     * @param tasks with that column
     * @param column has the number
     * @param ranges which numbers each stage admits
     * @param seed of the run
     * @return the selector
     */
    public static CurriculumSelector byNumber(
            List<TaskRecord> tasks, String column, RunStages<NumberRange> ranges, long seed) {
        return new CurriculumSelector(tasks, ranges.map(range -> task -> range.contains(task.number(column))), seed);
    }

    @Override
    public List<TaskRecord> select(RunProgress now, int count) {
        pool.enter(now, count);
        int current = admitted.indexAt(now.fraction());
        if (current != stage) {
            order = orderOf(current);
        }
        long left = Arrays.stream(admitted.at(now.fraction()))
                .filter(i -> !pool.isGiven(i))
                .count();
        List<TaskRecord> selected = new ArrayList<>();
        while (selected.size() < Math.min(count, left)) {
            selected.add(pool.give(order.next(i -> !pool.isGiven(i))));
        }
        return selected;
    }

    private EpochOrder orderOf(int which) {
        stage = which;
        return new EpochOrder(admitted.stages().get(which).value(), random.derive(which));
    }

    /** Hears nothing: stages follow the run, not outcomes. */
    @Override
    public void observe(List<TaskOutcome> outcomes) {}

    @Override
    public JsonNode state() {
        ObjectNode state = SelectorState.of(KIND).put("stage", stage);
        pool.writeTo(state);
        order.writeTo(state);
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        SelectorState.requireKind(state, KIND);
        int restored =
                (int) SelectorState.number(state, "stage", 0, admitted.stages().size() - 1L);
        pool.readFrom(state);
        order = orderOf(restored);
        order.readFrom(state, pool.size());
    }
}
