package org.rft4j.rollout.selection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.selection.TaskOutcome;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.engine.random.KeyedRandom;

/** Every task once in each epoch, in an order that differs from epoch to epoch. A round may reach over the end of an epoch. */
public final class EpochSelector implements TaskSelector {
    private static final String KIND = "epochs";

    private final TaskPool pool;
    private final EpochOrder order;

    /**
     * A selector at the beginning of its first epoch.
     *
     * @param tasks with an id each
     * @param seed of the run
     */
    public EpochSelector(List<TaskRecord> tasks, long seed) {
        pool = new TaskPool(tasks);
        order = new EpochOrder(
                IntStream.range(0, pool.size()).toArray(),
                KeyedRandom.ofSeed(seed).derive("epochs"));
    }

    @Override
    public List<TaskRecord> select(RunProgress now, int count) {
        pool.enter(now, count);
        List<TaskRecord> selected = new ArrayList<>();
        while (selected.size() < count && pool.givenCount() < pool.size()) {
            selected.add(pool.give(order.next(i -> !pool.isGiven(i))));
        }
        return selected;
    }

    /** Hears nothing: the order does not depend on outcomes. */
    @Override
    public void observe(List<TaskOutcome> outcomes) {}

    @Override
    public JsonNode state() {
        ObjectNode state = SelectorState.of(KIND);
        pool.writeTo(state);
        order.writeTo(state);
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        SelectorState.requireKind(state, KIND);
        pool.readFrom(state);
        order.readFrom(state, pool.size());
    }
}
