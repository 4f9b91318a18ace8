package org.rft4j.core.selection;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.Check;

/** As many tasks as wanted, each sampled once; whatever comes of them is trained. */
public final class PlainGathering implements GroupGathering {
    private final TaskSelector selector;

    private final GroupSource source;

    private final int tasks;

    private final double passMark;

    /**
     * A gathering.
     *
     * @param selector chooses tasks, and hears what came of them
     * @param source samples and scores them
     * @param tasks how many a batch has
     * @param passMark the least reward that counts as success
     */
    public PlainGathering(TaskSelector selector, GroupSource source, int tasks, double passMark) {
        Check.that(tasks >= 1, "tasks of a batch", tasks, "must be at least 1", "use 8");
        this.selector = selector;
        this.source = source;
        this.tasks = tasks;
        this.passMark = passMark;
    }

    @Override
    public Gathered gather(RunProgress now) {
        List<TaskRecord> chosen = selector.select(now, tasks);
        if (chosen.isEmpty()) {
            return new Gathered(List.of(), Map.of(), true);
        }
        List<TrajectoryGroup> groups = source.collect(now.round(), chosen);
        selector.observe(
                groups.stream().map(group -> TaskOutcome.of(group, passMark)).toList());
        return new Gathered(groups, Map.of(), false);
    }

    @Override
    public JsonNode state() {
        return selector.state();
    }

    @Override
    public void restore(JsonNode state) {
        selector.restore(state);
    }
}
