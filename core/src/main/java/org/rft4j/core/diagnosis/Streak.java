package org.rft4j.core.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.rft4j.core.state.Resumable;
import org.rft4j.engine.Check;

/** Counts for how many rounds or steps in a row something holds, and says when to speak of it: at n, 2n, 4n and so on. */
final class Streak implements Resumable {
    private final int first;
    private long last = -1;
    private long count;

    Streak(int first) {
        this.first = first;
    }

    /** Whether to speak now. Only the first word about a round or step counts. */
    boolean hear(long when, boolean holds) {
        if (when == last) {
            return false;
        }
        last = when;
        count = holds ? count + 1 : 0;
        return count % first == 0 && Long.bitCount(count / first) == 1;
    }

    long count() {
        return count;
    }

    @Override
    public JsonNode state() {
        return JsonNodeFactory.instance.objectNode().put("last", last).put("count", count);
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.path("last").isIntegralNumber() && state.path("count").isIntegralNumber(),
                "state of a diagnosis rule",
                state,
                "must have last and count",
                "restore what state() gave");
        last = state.path("last").longValue();
        count = state.path("count").longValue();
    }
}
