package org.rft4j.rewards.answer;

import java.util.List;
import java.util.Optional;

/** Which of several marked answers counts. */
public enum Pick {
    /** The first one. */
    FIRST,
    /** The last one: models correct themselves. */
    LAST,
    /** The only one: several that differ are a hedge, and no answer. */
    STRICT;

    Optional<FoundAnswer> of(List<FoundAnswer> found) {
        if (found.isEmpty()) {
            return Optional.empty();
        }
        boolean hedged = found.stream().map(FoundAnswer::text).distinct().count() > 1;
        return switch (this) {
            case FIRST -> Optional.of(found.get(0));
            case LAST -> Optional.of(found.get(found.size() - 1));
            case STRICT -> hedged ? Optional.empty() : Optional.of(found.get(0));
        };
    }
}
