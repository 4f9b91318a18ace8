package org.rft4j.rollout.selection;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rft4j.core.trajectory.TrajectoryGroup;

/**
 * A batch, and what it took to find it.
 *
 * @param groups to train on
 * @param report counts
 */
public record DynamicBatch(List<TrajectoryGroup> groups, Report report) {
    /** Why sampling for a batch ended. */
    public enum End {
        /** There are as many groups as wanted. */
        FULL,
        /** As many generation rounds as allowed. */
        ROUND_LIMIT,
        /** The selector had no more tasks for this round. */
        NO_MORE_TASKS
    }

    /**
     * Counts of a batch.
     *
     * @param rounds generation rounds
     * @param sampled groups that were made in them
     * @param carriedIn groups that were left over from the batch before
     * @param surplus wanted groups that were made beyond this batch
     * @param dropped groups that are not wanted, by reason
     * @param filled unwanted groups that the batch has nevertheless
     * @param end why it ended
     */
    public record Report(
            int rounds, int sampled, int carriedIn, int surplus, Map<String, Integer> dropped, int filled, End end) {
        /** Copies the map. */
        public Report {
            dropped = Collections.unmodifiableMap(new TreeMap<>(dropped));
        }
    }

    /** Copies the list. */
    public DynamicBatch {
        groups = List.copyOf(groups);
    }
}
