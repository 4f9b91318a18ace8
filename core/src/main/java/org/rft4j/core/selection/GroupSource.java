package org.rft4j.core.selection;

import java.util.List;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** Samples tasks and scores the samples: rollout and rewards together. */
@FunctionalInterface
public interface GroupSource {
    /**
     * Makes groups.
     *
     * @param round the round that the samples' keys name
     * @param tasks each of them once
     * @return at most one group for each task, in any order; a task of which nothing came may be missing
     */
    List<TrajectoryGroup> collect(long round, List<TaskRecord> tasks);
}
