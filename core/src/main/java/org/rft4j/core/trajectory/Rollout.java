package org.rft4j.core.trajectory;

import java.util.List;

/** Lets the policy act: tasks in, trajectories out. */
public interface Rollout extends AutoCloseable {
    /**
     * Runs episodes, many at once.
     *
     * @param requests which episodes
     * @return a trajectory per request, in their order; one that failed says so
     */
    List<Trajectory> collect(List<RolloutRequest> requests);

    @Override
    void close();
}
