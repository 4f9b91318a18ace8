package org.rft4j.rewards.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.state.Resumable;
import org.rft4j.engine.Check;

/** The last so many numbers of a series; its older half is compared with its newer half. */
final class Window implements Resumable {
    private final int size;
    private final List<Double> values = new ArrayList<>();

    Window(int size) {
        Check.that(size >= 2 && size % 2 == 0, "window", size, "must be even and at least 2", "use 20 batches");
        this.size = size;
    }

    void add(double value) {
        Check.that(Double.isFinite(value), "number to be watched", value, "must be finite", "skip such batches");
        values.add(value);
        if (values.size() > size) {
            values.remove(0);
        }
    }

    boolean isFull() {
        return values.size() == size;
    }

    double older() {
        return mean(values.subList(0, size / 2));
    }

    double newer() {
        return mean(values.subList(size / 2, size));
    }

    private static double mean(List<Double> part) {
        return part.stream().mapToDouble(v -> v).average().orElseThrow();
    }

    @Override
    public JsonNode state() {
        ArrayNode state = JsonNodeFactory.instance.arrayNode();
        values.forEach(state::add);
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.isArray() && state.size() <= size,
                "state of a window",
                state,
                "must be an array of at most " + size + " numbers",
                "restore into a guard with the same window");
        state.forEach(value -> Check.that(
                value.isNumber(), "number of a window", value, "must be a number", "restore what state() gave"));
        values.clear();
        state.forEach(value -> values.add(value.doubleValue()));
    }
}
