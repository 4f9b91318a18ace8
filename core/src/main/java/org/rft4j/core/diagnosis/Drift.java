package org.rft4j.core.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.rft4j.core.state.Resumable;
import org.rft4j.engine.Check;

/** Where a number began, the mean of its first values, and where it is, a moving average that begins there. */
final class Drift implements Resumable {
    static final int FIRST = 5;

    private static final double STAYS = 0.8;

    private int heard;
    private double began;
    private double now;

    void hear(double value) {
        heard++;
        if (heard <= FIRST) {
            began += (value - began) / heard;
            now = began;
        } else {
            now = STAYS * now + (1 - STAYS) * value;
        }
    }

    /** Whether there is something to compare. */
    boolean isKnown() {
        return heard > FIRST;
    }

    double began() {
        return began;
    }

    double now() {
        return now;
    }

    @Override
    public JsonNode state() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("heard", heard)
                .put("began", began)
                .put("now", now);
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.path("heard").isIntegralNumber()
                        && state.path("began").isNumber()
                        && state.path("now").isNumber(),
                "state of a drift",
                state,
                "must have heard, began and now",
                "restore what state() gave");
        heard = state.path("heard").intValue();
        began = state.path("began").doubleValue();
        now = state.path("now").doubleValue();
    }
}
