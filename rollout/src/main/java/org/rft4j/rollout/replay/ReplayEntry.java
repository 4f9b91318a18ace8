package org.rft4j.rollout.replay;

import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.codec.TrajectoryCodec;

/** A group in a store: its number in the order of adding, and what limits and draws look at. */
record ReplayEntry(long number, TrajectoryGroup group, double priority, long policyVersion, long tokens, long bytes) {
    static ReplayEntry of(long number, TrajectoryGroup group, double priority) {
        return new ReplayEntry(
                number,
                group,
                priority,
                group.policyVersion(),
                group.tokens(),
                TrajectoryCodec.GROUP.encode(group).length);
    }

    String taskId() {
        return group.task().id();
    }
}
