package org.rft4j.rollout.selection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.selection.TaskOutcome;
import org.rft4j.core.selection.TaskSelector;

/**
 * Leaves out tasks that another selector offers and that pass always or never, since their groups have no spread to learn from.
 * After some rounds such a task is tried again; if its latest outcomes still say the same, it is out for as long again.
 */
public final class DifficultyFilter implements TaskSelector {
    private static final String KIND = "difficultyFilter";

    private final TaskSelector offers;
    private final DifficultyFilterOptions options;
    private final Map<String, TaskHistory> histories = new TreeMap<>();
    private long round;
    private long passedOver;
    private long readmitted;

    /**
     * A filter that has heard nothing yet.
     *
     * @param offers chooses among all tasks
     * @param options what is left out and for how long
     */
    public DifficultyFilter(TaskSelector offers, DifficultyFilterOptions options) {
        this.offers = offers;
        this.options = options;
    }

    @Override
    public List<TaskRecord> select(RunProgress now, int count) {
        round = now.round();
        List<TaskRecord> selected = new ArrayList<>();
        List<TaskRecord> offered = offers.select(now, count);
        while (!offered.isEmpty()) {
            offered.stream().filter(this::admits).forEach(selected::add);
            offered = selected.size() < count ? offers.select(now, count - selected.size()) : List.of();
        }
        return selected;
    }

    private boolean admits(TaskRecord task) {
        TaskHistory history = histories.get(task.id());
        if (history == null || !history.isOut()) {
            return true;
        }
        if (history.mayReturn(round)) {
            history.readmit();
            readmitted++;
            return true;
        }
        passedOver++;
        return false;
    }

    @Override
    public void observe(List<TaskOutcome> outcomes) {
        offers.observe(outcomes);
        for (TaskOutcome outcome : outcomes) {
            if (outcome.samples() > 0) {
                histories
                        .computeIfAbsent(outcome.taskId(), id -> new TaskHistory(id, options))
                        .add(outcome, round);
            }
        }
    }

    /**
     * What it has done so far.
     *
     * @return tasks by reason, and counts since the beginning
     */
    public DifficultyCounts counts() {
        List<TaskHistory> out =
                histories.values().stream().filter(TaskHistory::isOut).toList();
        int hard = (int) out.stream().filter(TaskHistory::tooHard).count();
        return new DifficultyCounts(hard, out.size() - hard, passedOver, readmitted);
    }

    @Override
    public JsonNode state() {
        ObjectNode state = SelectorState.of(KIND);
        state.put("round", round).put("passedOver", passedOver).put("readmitted", readmitted);
        ObjectNode written = state.putObject("histories");
        histories.values().forEach(history -> history.writeTo(written));
        state.set("offers", offers.state());
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        SelectorState.requireKind(state, KIND);
        Map<String, TaskHistory> restored = new TreeMap<>();
        SelectorState.part(state, "histories")
                .properties()
                .forEach(entry ->
                        restored.put(entry.getKey(), TaskHistory.read(entry.getKey(), entry.getValue(), options)));
        long lastRound = SelectorState.number(state, "round", 0, Long.MAX_VALUE);
        long over = SelectorState.number(state, "passedOver", 0, Long.MAX_VALUE);
        long back = SelectorState.number(state, "readmitted", 0, Long.MAX_VALUE);
        offers.restore(SelectorState.part(state, "offers"));
        histories.clear();
        histories.putAll(restored);
        round = lastRound;
        passedOver = over;
        readmitted = back;
    }
}
