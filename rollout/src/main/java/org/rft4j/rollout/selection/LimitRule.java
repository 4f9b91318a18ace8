package org.rft4j.rollout.selection;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.InvalidInputException;

/** What becomes of a batch for which too few groups were found. */
@FunctionalInterface
public interface LimitRule {
    /**
     * Settles a batch.
     *
     * @param now how far the run is, to key draws by
     * @param found groups that are wanted, fewer than {@code wanted}
     * @param dropped groups that are not, in the order in which they came
     * @param wanted how many there should be
     * @return the groups to train on: those found, then others
     */
    List<TrajectoryGroup> settle(
            RunProgress now, List<TrajectoryGroup> found, List<TrajectoryGroup> dropped, int wanted);

    /**
     * Goes on with fewer groups.
     *
     * @return a rule that gives what was found
     */
    static LimitRule fewer() {
        return (now, found, dropped, wanted) -> found;
    }

    /**
     * Fills up with groups that were dropped, the earliest first. Where they were dropped because their rewards are equal, they
     * add nothing to a gradient relative to the group, but keep the batch's size.
     *
     * @return a rule that gives as many groups as wanted if there are so many at all
     */
    static LimitRule fillWithDropped() {
        return (now, found, dropped, wanted) -> {
            List<TrajectoryGroup> filled = new ArrayList<>(found);
            filled.addAll(dropped.subList(0, Math.min(dropped.size(), wanted - found.size())));
            return filled;
        };
    }

    /**
     * Ends the run.
     *
     * @return a rule that throws
     */
    static LimitRule fail() {
        return (now, found, dropped, wanted) -> {
            throw new InvalidInputException(
                    "number of informative groups",
                    found.size() + " beside " + dropped.size() + " dropped ones",
                    "must be " + wanted,
                    "look at the pass rates, allow more generation rounds, or use LimitRule.fewer()");
        };
    }
}
