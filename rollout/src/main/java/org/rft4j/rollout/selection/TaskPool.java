package org.rft4j.rollout.selection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.engine.Check;
import org.rft4j.engine.random.KeyedRandom;

/** The tasks of a selector by number, and which of them the current round has had. */
final class TaskPool {
    private final List<TaskRecord> tasks;
    private final Map<String, Integer> indices;
    private final long fingerprint;
    private final BitSet given = new BitSet();
    private long round = -1;

    TaskPool(List<TaskRecord> tasks) {
        this.tasks = List.copyOf(tasks);
        Check.that(!tasks.isEmpty(), "tasks of a selector", "none", "must be at least one", "read a data set");
        indices = new HashMap<>();
        KeyedRandom ids = KeyedRandom.ofSeed(0);
        for (int i = 0; i < tasks.size(); i++) {
            String id = tasks.get(i).id();
            Integer before = indices.put(id, i);
            Check.that(before == null, "id of task " + i, id, "must be that of no other task", "number the tasks");
            ids = ids.derive(id);
        }
        fingerprint = ids.bits(0);
    }

    int size() {
        return tasks.size();
    }

    TaskRecord task(int index) {
        return tasks.get(index);
    }

    /** The index of a task, -1 for one that is not of this pool. */
    int index(String id) {
        return indices.getOrDefault(id, -1);
    }

    long round() {
        return round;
    }

    /** Forgets what was given when a round begins. */
    void enter(RunProgress now, int count) {
        Check.that(count >= 0, "number of tasks wanted", count, "must be at least 0", "ask for what a round samples");
        Check.that(
                now.round() >= round,
                "round",
                now.round(),
                "must be at least the last one, " + round,
                "restore an older state to go back");
        if (now.round() > round) {
            round = now.round();
            given.clear();
        }
    }

    boolean isGiven(int index) {
        return given.get(index);
    }

    int givenCount() {
        return given.cardinality();
    }

    TaskRecord give(int index) {
        given.set(index);
        return tasks.get(index);
    }

    void writeTo(ObjectNode state) {
        state.put("tasks", Long.toHexString(fingerprint));
        state.put("round", round);
        state.set("given", SelectorState.array(given.stream().boxed().toList()));
    }

    void readFrom(JsonNode state) {
        SelectorState.requireEqual(
                "fingerprint of the tasks in a state",
                SelectorState.part(state, "tasks").asText(),
                Long.toHexString(fingerprint));
        long restored = SelectorState.number(state, "round", -1, Long.MAX_VALUE);
        int[] had = SelectorState.indices(state, "given", size());
        round = restored;
        given.clear();
        for (int index : had) {
            given.set(index);
        }
    }
}
