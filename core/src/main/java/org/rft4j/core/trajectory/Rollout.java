package org.rft4j.core.trajectory;

import java.util.List;
import org.rft4j.core.sampling.SamplingOptions;

/** Lets the policy act: tasks in, trajectories out. */
public interface Rollout extends AutoCloseable {
    /**
     * Runs episodes, many at once.
     *
     * @param requests which episodes
     * @return a trajectory per request, in their order; one that failed says so
     */
    List<Trajectory> collect(List<RolloutRequest> requests);

    /**
     * How turns are written, so that training scores their tokens under the distribution that they were drawn from.
     *
     * @return the options of every turn
     */
    SamplingOptions sampling();

    @Override
    void close();
}
