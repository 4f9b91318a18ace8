package org.rft4j.rollout.selection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.selection.TaskOutcome;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.engine.random.KeyedRandom;

/** Every round draws from all tasks with equal chances, whatever rounds before it had: with replacement between rounds. */
public final class IndependentSelector implements TaskSelector {
    private static final String KIND = "independent";

    private final TaskPool pool;
    private final KeyedRandom random;

    /**
     * A selector for any round.
     *
     * @param tasks with an id each
     * @param seed of the run
     */
    public IndependentSelector(List<TaskRecord> tasks, long seed) {
        pool = new TaskPool(tasks);
        random = KeyedRandom.ofSeed(seed).derive(KIND);
    }

    @Override
    public List<TaskRecord> select(RunProgress now, int count) {
        pool.enter(now, count);
        return Ranking.best(pool, count, i -> random.derive(now.round()).uniform(i));
    }

    /** Hears nothing: the draws do not depend on outcomes. */
    @Override
    public void observe(List<TaskOutcome> outcomes) {}

    @Override
    public JsonNode state() {
        ObjectNode state = SelectorState.of(KIND);
        pool.writeTo(state);
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        SelectorState.requireKind(state, KIND);
        pool.readFrom(state);
    }
}
