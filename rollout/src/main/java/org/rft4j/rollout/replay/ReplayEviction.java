package org.rft4j.rollout.replay;

import java.util.Comparator;

/** Which group goes when there is no room. */
public enum ReplayEviction {
    /** The one with the oldest policy version; of equals, the one that was added first. */
    OLDEST_FIRST {
        @Override
        Comparator<ReplayEntry> order() {
            return Comparator.comparingLong(ReplayEntry::policyVersion).thenComparingLong(ReplayEntry::number);
        }
    },
    /** The one with the lowest priority; of equals, the one that was added first. */
    LOWEST_PRIORITY_FIRST {
        @Override
        Comparator<ReplayEntry> order() {
            return Comparator.comparingDouble(ReplayEntry::priority).thenComparingLong(ReplayEntry::number);
        }
    };

    abstract Comparator<ReplayEntry> order();
}
