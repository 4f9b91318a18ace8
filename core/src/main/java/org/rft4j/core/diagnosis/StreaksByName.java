package org.rft4j.core.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.SortedMap;
import java.util.TreeMap;
import org.rft4j.core.state.Resumable;
import org.rft4j.engine.Check;

/** A streak for each reward. */
final class StreaksByName implements Resumable {
    private final int first;
    private final SortedMap<String, Streak> streaks = new TreeMap<>();

    StreaksByName(int first) {
        this.first = first;
    }

    Streak of(String name) {
        return streaks.computeIfAbsent(name, absent -> new Streak(first));
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        streaks.forEach((name, streak) -> state.set(name, streak.state()));
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(state.isObject(), "state of a reward rule", state, "must be an object", "restore what state() gave");
        streaks.clear();
        state.properties().forEach(field -> of(field.getKey()).restore(field.getValue()));
    }
}
