package org.rft4j.core.selection;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.stream.ExampleStream;

/** Tasks in the order of a stream. A task that a round has had already, as where an epoch ends within it, is passed over. */
public final class StreamSelector implements TaskSelector {
    private final ExampleStream<TaskRecord> stream;

    private final Set<String> given = new HashSet<>();

    private long round = -1;

    /**
     * A selector.
     *
     * @param stream where tasks come from, and nobody else takes any
     */
    public StreamSelector(ExampleStream<TaskRecord> stream) {
        this.stream = stream;
    }

    @Override
    public List<TaskRecord> select(RunProgress now, int count) {
        if (now.round() != round) {
            round = now.round();
            given.clear();
        }
        List<TaskRecord> selected = new ArrayList<>();
        int passedOver = 0;
        while (selected.size() < count && passedOver <= given.size() && stream.hasNext()) {
            TaskRecord task = stream.next();
            if (given.add(task.id())) {
                selected.add(task);
                passedOver = 0;
            } else {
                passedOver++;
            }
        }
        return selected;
    }

    /** Hears nothing: the order does not depend on outcomes. */
    @Override
    public void observe(List<TaskOutcome> outcomes) {}

    @Override
    public JsonNode state() {
        return stream.state();
    }

    /** The state is that between two rounds. */
    @Override
    public void restore(JsonNode state) {
        stream.restore(state);
        given.clear();
        round = -1;
    }
}
