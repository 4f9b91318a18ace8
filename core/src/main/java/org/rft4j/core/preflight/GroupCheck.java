package org.rft4j.core.preflight;

import java.util.List;
import org.rft4j.core.run.Finding;

/** Checks that there is something to compare. */
public final class GroupCheck {
    private GroupCheck() {}

    /**
     * Checks the size of groups.
     *
     * @param samplesPerTask how often each task is asked
     * @param comparesWithinGroup whether advantages are taken relative to the group
     * @return what was seen
     */
    public static Checked size(int samplesPerTask, boolean comparesWithinGroup) {
        List<Finding> findings = samplesPerTask >= 2 || !comparesWithinGroup
                ? List.of()
                : List.of(
                        Checked.error(
                                "group_of_one",
                                "samples per task was " + samplesPerTask
                                        + ", must be at least 2 where samples are compared within their "
                                        + "group: alone, each has advantage 0; ask for 8, or take an algorithm with another baseline"));
        return new Checked("group size", samplesPerTask + " samples per task", findings);
    }
}
