package org.rft4j.core.selection;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.state.Resumable;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** Makes the batch of a round: it asks for tasks, has them sampled and scored, and decides which groups are trained. By one thread at a time. */
public interface GroupGathering extends Resumable {
    /**
     * Makes the next batch.
     *
     * @param now how far the run is
     * @return groups and numbers
     */
    Gathered gather(RunProgress now);

    /**
     * A batch.
     *
     * @param groups to train on; there may be none, as where none was wanted
     * @param metrics about how it was found, by name
     * @param exhausted whether there is none because there are no more tasks, which ends the run
     */
    record Gathered(List<TrajectoryGroup> groups, Map<String, Double> metrics, boolean exhausted) {
        /** Copies list and map. */
        public Gathered {
            groups = List.copyOf(groups);
            metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        }
    }
}
