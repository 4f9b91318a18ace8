package org.rft4j.rollout.episode;

import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.trajectory.Trajectory;

/** What an episode asks of the loop that runs it. */
interface EpisodeHost {
    /** Runs something later in the loop's thread. Any thread may post. */
    void post(Runnable event);

    /** The episode wants a turn written. */
    void write(Episode episode, SampleRequest request);

    /** The episode is over. */
    void finished(Episode episode, Trajectory trajectory);
}
