package org.rft4j.rollout.selection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import org.rft4j.core.selection.TaskOutcome;

/** The latest outcomes of a task, and whether it is left out because of them. */
final class TaskHistory {
    private static final int IN = -1;

    private final String taskId;
    private final DifficultyFilterOptions options;
    private final Deque<TaskOutcome> latest = new ArrayDeque<>();
    private long leftOutSince = IN;

    TaskHistory(String taskId, DifficultyFilterOptions options) {
        this.taskId = taskId;
        this.options = options;
    }

    void add(TaskOutcome outcome, long round) {
        latest.addLast(outcome);
        if (latest.size() > options.observations()) {
            latest.removeFirst();
        }
        boolean judged = latest.size() == options.observations();
        leftOutSince = judged && (tooHard() || tooEasy()) ? round : IN;
    }

    boolean isOut() {
        return leftOutSince != IN;
    }

    boolean mayReturn(long round) {
        return round - leftOutSince >= options.readmitAfter();
    }

    void readmit() {
        leftOutSince = IN;
    }

    boolean tooHard() {
        return passRate() <= options.tooHard();
    }

    boolean tooEasy() {
        return passRate() >= options.tooEasy();
    }

    private double passRate() {
        int samples = latest.stream().mapToInt(TaskOutcome::samples).sum();
        return latest.stream().mapToInt(TaskOutcome::successes).sum() / (double) samples;
    }

    void writeTo(ObjectNode histories) {
        ObjectNode history = histories.putObject(taskId).put("leftOutSince", leftOutSince);
        ArrayNode outcomes = history.putArray("outcomes");
        latest.forEach(outcome -> outcomes.add(outcome.samples()).add(outcome.successes()));
    }

    static TaskHistory read(String taskId, JsonNode history, DifficultyFilterOptions options) {
        TaskHistory restored = new TaskHistory(taskId, options);
        int[] numbers = SelectorState.indices(history, "outcomes", Integer.MAX_VALUE);
        SelectorState.requireEqual(
                "outcomes of task " + taskId + " in a state, as counts",
                numbers.length,
                2 * Math.min(numbers.length / 2, options.observations()));
        for (int i = 0; i < numbers.length; i += 2) {
            restored.latest.addLast(new TaskOutcome(taskId, numbers[i], numbers[i + 1]));
        }
        restored.leftOutSince = SelectorState.number(history, "leftOutSince", IN, Long.MAX_VALUE);
        return restored;
    }
}
