package org.rft4j.rewards.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.rft4j.core.state.Resumable;
import org.rft4j.engine.Check;

/** Mean and spread of all numbers seen so far, by Welford's method, in the order in which they come. */
final class RunningMoments implements Resumable {
    private long count;
    private double mean;
    private double squares;

    void add(double value) {
        count++;
        double off = value - mean;
        mean += off / count;
        squares += off * (value - mean);
    }

    /** Centred by the mean and divided by the unbiased deviation plus epsilon; 0 while there is no spread. */
    double normalise(double value, double epsilon) {
        if (count < 2 || squares == 0) {
            return 0;
        }
        return (value - mean) / (Math.sqrt(squares / (count - 1)) + epsilon);
    }

    @Override
    public JsonNode state() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("count", count)
                .put("mean", mean)
                .put("squares", squares);
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.path("count").isIntegralNumber()
                        && state.path("mean").isNumber()
                        && state.path("squares").isNumber(),
                "state of running moments",
                state,
                "must have count, mean and squares",
                "restore what state() gave");
        count = state.path("count").longValue();
        mean = state.path("mean").doubleValue();
        squares = state.path("squares").doubleValue();
    }
}
