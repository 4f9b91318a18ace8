package org.rft4j.rollout.selection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.selection.TaskOutcome;
import org.rft4j.core.selection.TaskSelector;

/** Tasks for tests, and a selector's life in several processes. */
final class Tasks {
    static final ObjectMapper JSON = new ObjectMapper();

    private Tasks() {}

    static List<TaskRecord> numbered(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> TaskRecord.of("t" + i, "task " + i).with("number", i))
                .toList();
    }

    static List<String> ids(List<TaskRecord> tasks) {
        return tasks.stream().map(TaskRecord::id).toList();
    }

    static RunProgress round(long round) {
        return RunProgress.of(round, 100);
    }

    /** A state as it comes back from a file. */
    static JsonNode throughText(JsonNode state) {
        try {
            return JSON.readTree(JSON.writeValueAsString(state));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** What rounds select, each in two calls, with outcomes in between; a new selector takes over before round {@code handover}. */
    static List<List<String>> run(Supplier<TaskSelector> maker, int rounds, int perRound, int handover) {
        TaskSelector selector = maker.get();
        List<List<String>> selected = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            for (int call = 0; call < 2; call++) {
                if (2 * round + call == handover) {
                    JsonNode state = throughText(selector.state());
                    selector = maker.get();
                    selector.restore(state);
                }
                List<TaskRecord> tasks = selector.select(round(round), perRound);
                selected.add(ids(tasks));
                selector.observe(tasks.stream()
                        .map(task ->
                                new TaskOutcome(task.id(), 4, Math.abs(task.id().hashCode()) % 5))
                        .toList());
            }
        }
        return selected;
    }
}
